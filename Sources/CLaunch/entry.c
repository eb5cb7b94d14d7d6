// The entry point of the release executable (linked with `-e rf_entry`): what rf_begin_early does, and then the C
// library's own.
#if defined(__x86_64__)
__asm__(".pushsection .text\n"
        ".globl rf_entry\n"
        ".type rf_entry, @function\n"
        "rf_entry:\n\t"
        "xor %ebp, %ebp\n\t"
        "mov %rsp, %rdi\n\t"
        "push %rdx\n\t"
        "sub $8, %rsp\n\t"
        "call rf_begin_early\n\t"
        "add $8, %rsp\n\t"
        "pop %rdx\n\t"
        "jmp _start\n"
        ".size rf_entry, . - rf_entry\n"
        ".popsection");
#elif defined(__aarch64__)
__asm__(".pushsection .text\n"
        ".globl rf_entry\n"
        ".type rf_entry, %function\n"
        "rf_entry:\n\t"
        "mov x19, x0\n\t"
        "mov x0, sp\n\t"
        "bl rf_begin_early\n\t"
        "mov x0, x19\n\t"
        "b _start\n"
        ".size rf_entry, . - rf_entry\n"
        ".popsection");
#elif defined(__riscv) && __riscv_xlen == 64
__asm__(".pushsection .text\n"
        ".globl rf_entry\n"
        ".type rf_entry, @function\n"
        "rf_entry:\n\t"
        "mv s0, a0\n\t"
        "mv a0, sp\n\t"
        "call rf_begin_early\n\t"
        "mv a0, s0\n\t"
        "tail _start\n"
        ".size rf_entry, . - rf_entry\n"
        ".popsection");
#endif
