// The network: every family of sockets that a kernel may have, and every way to the host's listeners. Addresses are
// those of the host itself, or of TEST-NET, which no packet reaches.
#include "attack.h"
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/un.h>

static struct sockaddr_in address(const char *host, long port) {
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, host, &name.sin_addr);
  return name;
}
static int make(int family, int type, int protocol) {
  int end = socket(family, type | SOCK_NONBLOCK, protocol);
  if (end < 0) blocked("socket: %s", error_name(errno));
  return end;
}
static bool connects(int end, const void *name, socklen_t size) {
  if (connect(end, name, size) == 0) return true;
  if (errno != EINPROGRESS) return false;
  rest(0.3);
  int error = 0;
  getsockopt(end, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
  struct sockaddr_storage peer;
  bool connected = error == 0 && getpeername(end, (void *)&peer, &(socklen_t){sizeof peer}) == 0;
  if (error) errno = error;
  return connected;
}
static void judge_connects(int end, const void *name, socklen_t size, const char *what) {
  judge(connects(end, name, size) ? 0 : -1, what);
}

// The host's listeners.

static void host_tcp(void) {
  struct sockaddr_in name = address("127.0.0.1", fact("ATTACK_TCP"));
  judge_connects(make(AF_INET, SOCK_STREAM, 0), &name, sizeof name, "the host's TCP listener");
}
static void host_tcp_over_ipv6(void) {
  struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(fact("ATTACK_TCP"))};
  inet_pton(AF_INET6, "::ffff:127.0.0.1", &name.sin6_addr);
  judge_connects(make(AF_INET6, SOCK_STREAM, 0), &name, sizeof name, "the host's TCP listener by a mapped address");
}
// Without connect: Landlock and many proxies look only there.
static void host_tcp_fast_open(void) {
  struct sockaddr_in name = address("127.0.0.1", fact("ATTACK_TCP"));
  int end = make(AF_INET, SOCK_STREAM, 0);
  ssize_t sent = sendto(end, "x", 1, MSG_FASTOPEN, (void *)&name, sizeof name);
  if (sent < 0 && errno != EINPROGRESS) blocked("sendto(MSG_FASTOPEN): %s", error_name(errno));
  rest(0.3);
  struct sockaddr_in peer;
  judge(getpeername(end, (void *)&peer, &(socklen_t){sizeof peer}), "TCP fast open");
}
static void host_mptcp(void) {
  struct sockaddr_in name = address("127.0.0.1", fact("ATTACK_TCP"));
  judge_connects(make(AF_INET, SOCK_STREAM, 262), &name, sizeof name, "the host's TCP listener by multipath TCP");
}
static void host_udp(void) {
  struct sockaddr_in name = address("127.0.0.1", fact("ATTACK_TCP"));
  judge(sendto(make(AF_INET, SOCK_DGRAM, 0), "x", 1, 0, (void *)&name, sizeof name), "a datagram to the host");
}
static void unix_connect(const char *path, bool is_abstract, int type, const char *what) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  strncpy(name.sun_path + is_abstract, path, sizeof name.sun_path - 2);
  socklen_t size = offsetof(struct sockaddr_un, sun_path) + is_abstract + strlen(path);
  judge_connects(make(AF_UNIX, type, 0), &name, size, what);
}
static void host_unix(void) {
  unix_connect(fact_text("ATTACK_UNIX"), false, SOCK_STREAM, "the host's socket by its path");
}
static void host_abstract(void) {
  unix_connect(fact_text("ATTACK_ABSTRACT"), true, SOCK_STREAM, "the host's abstract socket");
}
static void host_unix_by_root(void) {  // through another process's root
  char path[108];
  snprintf(path, sizeof path, "/proc/1/root%s", fact_text("ATTACK_UNIX"));
  unix_connect(path, false, SOCK_STREAM, "the host's socket through /proc/1/root");
}
static void services(void) {  // who holds one of these holds the host
  static const char *const paths[] = {
    "/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock",
    "/run/dbus/system_bus_socket", "/run/systemd/private", "/run/systemd/journal/socket", "/run/systemd/notify",
    "/dev/log", "/run/snapd.socket", "/run/user/0/bus", "/run/crio/crio.sock", "/run/udev/control"};
  for (size_t i = 0; i < COUNT(paths); i++)
    if (access(paths[i], F_OK) == 0) escaped("%s is in sight", paths[i]);
  blocked("no service of the host is in sight");
}

// Out, and in.

static void route_out(void) {  // connect of a datagram socket sends nothing; it only looks up the route
  struct sockaddr_in name = address("192.0.2.1", 9);
  judge(connect(make(AF_INET, SOCK_DGRAM, 0), (void *)&name, sizeof name), "a route to TEST-NET");
}
static void route_out_ipv6(void) {
  struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(9)};
  inet_pton(AF_INET6, "2001:db8::1", &name.sin6_addr);
  judge(connect(make(AF_INET6, SOCK_DGRAM, 0), (void *)&name, sizeof name), "a route to the documentation prefix");
}
static void own_loopback(void) {  // not even to itself: two programs of a sandbox could, and so could a browser
  int listener = make(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in name = address("127.0.0.1", 0);
  socklen_t size = sizeof name;
  if (bind(listener, (void *)&name, size) || listen(listener, 1) || getsockname(listener, (void *)&name, &size))
    blocked("bind: %s", error_name(errno));
  judge_connects(make(AF_INET, SOCK_STREAM, 0), &name, size, "its own loopback");
}
static void low_port(void) {
  struct sockaddr_in name = address("0.0.0.0", 1);
  judge(bind(make(AF_INET, SOCK_STREAM, 0), (void *)&name, sizeof name), "bind to port 1");
}
static void foreign_address(void) {
  int end = make(AF_INET, SOCK_STREAM, 0);
  judge(setsockopt(end, IPPROTO_IP, IP_TRANSPARENT, &(int){1}, sizeof(int)), "IP_TRANSPARENT");
}
static void interfaces(void) {
  int end = make(AF_INET, SOCK_DGRAM, 0);
  struct ifreq requests[16];
  struct ifconf list = {.ifc_len = sizeof requests, .ifc_req = requests};
  if (ioctl(end, SIOCGIFCONF, &list)) blocked("SIOCGIFCONF: %s", error_name(errno));
  for (size_t i = 0; i < list.ifc_len / sizeof *requests; i++)
    if (strcmp(requests[i].ifr_name, "lo")) escaped("sees the interface %s", requests[i].ifr_name);
  if (list.ifc_len) escaped("sees a loopback that is up");
  blocked("no interface is up");
}
static void interface_up(void) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  judge(ioctl(make(AF_INET, SOCK_DGRAM, 0), SIOCSIFFLAGS, &request), "bring an interface up");
}
static void tunnel(void) { judge(open("/dev/net/tun", O_RDWR), "/dev/net/tun"); }

// Families. A family that nobody needs is only a way to old code.

static void family(int family, int type, int protocol) {
  judge(socket(family, type, protocol), "socket");
}
// The argument is an int, and filters that compare 64 bits see another number (shown on Moby's profile).
static void wide_family(void) {
  static const int families[] = {AF_VSOCK, AF_ALG, AF_NETLINK, AF_PACKET};
  static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_RAW, SOCK_DGRAM};
  for (size_t i = 0; i < COUNT(families); i++)
    if (syscall(SYS_socket, 0x100000000 | families[i], (long)types[i], 0L) >= 0)
      escaped("family %d with high bits set", families[i]);
  blocked("families with high bits set: %s", error_name(errno));
}
static void wide_type(void) {  // the kernel ignores no bit of the type, but some filters look at four
  judge(syscall(SYS_socket, (long)AF_NETLINK, 0x100000000 | SOCK_RAW | SOCK_CLOEXEC, 0L), "type with high bits set");
}
static void every_family(void) {
  static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_RDM};
  char found[200] = "";
  for (int number = 0; number < 64; number++)
    for (size_t i = 0; i < COUNT(types) && strlen(found) < 180; i++) {
      if (number == AF_UNIX || number == AF_INET || number == AF_INET6) continue;
      int end = socket(number, types[i], 0);
      if (end < 0) continue;
      sprintf(found + strlen(found), " %d", number);
      close(end);
      break;
    }
  if (*found) escaped("families%s", found);
  blocked("no other family: %s", error_name(errno));
}
static void socket_pairs(void) {
  for (int number = 2; number < 64; number++)
    for (int type = 1; type < 6; type++)
      if (socketpair(number, type, 0, (int[2]){0}) == 0) escaped("a pair of family %d", number);
  blocked("no pair of another family: %s", error_name(errno));
}

#define FAMILY(function, number, type, protocol) \
  static void function(void) { family(number, type, protocol); }
FAMILY(netlink_route, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)
FAMILY(netlink_audit, AF_NETLINK, SOCK_RAW, NETLINK_AUDIT)
FAMILY(netlink_generic, AF_NETLINK, SOCK_RAW, NETLINK_GENERIC)
FAMILY(netlink_netfilter, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER)  // CVE-2024-1086
FAMILY(netlink_events, AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT)
FAMILY(netlink_diagnosis, AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG)
FAMILY(netlink_xfrm, AF_NETLINK, SOCK_RAW, NETLINK_XFRM)
FAMILY(netlink_crypto, AF_NETLINK, SOCK_RAW, NETLINK_CRYPTO)
FAMILY(packet, AF_PACKET, SOCK_RAW, 0x0300)  // CVE-2020-14386
FAMILY(vsock, AF_VSOCK, SOCK_STREAM, 0)      // to the hypervisor, whatever the network namespace; CVE-2021-26708
FAMILY(vsock_datagram, AF_VSOCK, SOCK_DGRAM, 0)
FAMILY(crypto, AF_ALG, SOCK_SEQPACKET, 0)
FAMILY(raw_ip, AF_INET, SOCK_RAW, IPPROTO_RAW)
FAMILY(raw_tcp, AF_INET, SOCK_RAW, IPPROTO_TCP)
FAMILY(raw_ipv6, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)
FAMILY(ping, AF_INET, SOCK_DGRAM, IPPROTO_ICMP)
FAMILY(ping_ipv6, AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6)
FAMILY(key, AF_KEY, SOCK_RAW, 2)
FAMILY(bluetooth, AF_BLUETOOTH, SOCK_RAW, 1)  // CVE-2020-12351
FAMILY(can, AF_CAN, SOCK_RAW, 1)              // CVE-2021-3609
FAMILY(tipc, AF_TIPC, SOCK_SEQPACKET, 0)      // CVE-2022-0435
FAMILY(rds, AF_RDS, SOCK_SEQPACKET, 0)        // CVE-2010-3904
FAMILY(smc, AF_SMC, SOCK_STREAM, 0)
FAMILY(xdp, AF_XDP, SOCK_RAW, 0)
FAMILY(sctp, AF_INET, SOCK_STREAM, IPPROTO_SCTP)
FAMILY(dccp, AF_INET, SOCK_DCCP, IPPROTO_DCCP)  // CVE-2017-6074
FAMILY(udp_lite, AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE)
FAMILY(kcm, AF_KCM, SOCK_SEQPACKET, 0)
FAMILY(l2tp, AF_INET, SOCK_DGRAM, 115)
FAMILY(rxrpc, AF_RXRPC, SOCK_DGRAM, AF_INET)
FAMILY(ppp, AF_PPPOX, SOCK_STREAM, 0)
FAMILY(qualcomm_router, AF_QIPCRTR, SOCK_DGRAM, 0)

ATTACKS(
  {"host-tcp", host_tcp}, {"host-tcp-over-ipv6", host_tcp_over_ipv6}, {"host-tcp-fast-open", host_tcp_fast_open},
  {"host-mptcp", host_mptcp}, {"host-udp", host_udp}, {"host-unix", host_unix}, {"host-abstract", host_abstract},
  {"host-unix-by-root", host_unix_by_root}, {"services", services}, {"route-out", route_out},
  {"route-out-ipv6", route_out_ipv6}, {"own-loopback", own_loopback}, {"low-port", low_port},
  {"foreign-address", foreign_address}, {"interfaces", interfaces}, {"interface-up", interface_up}, {"tunnel", tunnel},
  {"wide-family", wide_family}, {"wide-type", wide_type}, {"every-family", every_family},
  {"socket-pairs", socket_pairs},
  {"netlink-route", netlink_route}, {"netlink-audit", netlink_audit}, {"netlink-generic", netlink_generic},
  {"netlink-netfilter", netlink_netfilter}, {"netlink-events", netlink_events},
  {"netlink-diagnosis", netlink_diagnosis}, {"netlink-xfrm", netlink_xfrm}, {"netlink-crypto", netlink_crypto},
  {"packet", packet}, {"vsock", vsock}, {"vsock-datagram", vsock_datagram}, {"crypto", crypto}, {"raw-ip", raw_ip},
  {"raw-tcp", raw_tcp}, {"raw-ipv6", raw_ipv6}, {"ping", ping}, {"ping-ipv6", ping_ipv6}, {"key", key},
  {"bluetooth", bluetooth}, {"can", can}, {"tipc", tipc}, {"rds", rds}, {"smc", smc}, {"xdp", xdp}, {"sctp", sctp},
  {"dccp", dccp}, {"udp-lite", udp_lite}, {"kcm", kcm}, {"l2tp", l2tp}, {"rxrpc", rxrpc}, {"ppp", ppp},
  {"qualcomm-router", qualcomm_router})
