#include <errno.h>
#include <seccomp.h>

// libseccomp spells its actions as macros with arguments, which Swift cannot import.
static inline unsigned int ringfence_scmp_act_errno(unsigned short error) { return SCMP_ACT_ERRNO(error); }
static inline unsigned int ringfence_scmp_act_allow(void) { return SCMP_ACT_ALLOW; }
static inline unsigned int ringfence_scmp_act_kill_process(void) { return SCMP_ACT_KILL_PROCESS; }
