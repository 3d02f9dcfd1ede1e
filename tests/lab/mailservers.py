# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration of the lab's Dovecot (IMAP, LMTP) and Exim (submission).

write(...) is all there is to it.  Both run as an ordinary user on loopback
ports.  `inside` is what the lab's folder is called for the servers: "/lab" in
their jail (tests/lab/servers), the folder itself where installed servers run.

Exim takes mail only over implicit TLS and from whoever logs in, as a
submission relay does, and hands everything to Dovecot by LMTP; an unknown
recipient becomes a bounce of Exim's own making.  For tests that need a
relay's refusal, the local part bounce5xx is refused for good and defer4xx for
now.
"""

DOVECOT = """\
base_dir = {inside}/mail/run
state_dir = {inside}/mail/state
log_path = /dev/stderr
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  process_min_avail = 1
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
ssl = yes
ssl_cert = <{inside}/pki/server.pem
ssl_key = <{inside}/pki/server.key
disable_plaintext_auth = no
recipient_delimiter = +
mail_location = sdbox:{inside}/mail/boxes/%n
mail_fsync = never
mail_max_userip_connections = 100
auth_cache_size = 1M
auth_cache_negative_ttl = 0
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = username_format=%n {inside}/mail/logins
}}
userdb {{
  driver = passwd-file
  args = username_format=%n {inside}/mail/logins
  override_fields = uid={user} gid={group} home={inside}/mail/boxes/%n
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@{city}
}}
"""

EXIM = """\
spool_directory = {inside}/mail/spool
log_file_path = {inside}/log/exim-%slog
log_selector = -queue_run
pid_file_path = {inside}/mail/exim.pid
primary_hostname = relay.{city}
exim_user = {user}
exim_group = {group}
never_users =
deliver_drop_privilege = true
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtps}
tls_on_connect_ports = {smtps}
tls_advertise_hosts = *
tls_certificate = {inside}/pki/server.pem
tls_privatekey = {inside}/pki/server.key
message_size_limit = 50M
smtp_accept_max = 200
smtp_accept_queue_per_connection = 0
keep_environment =
notifier_socket =
domainlist ours = {domains}
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
begin acl
acl_rcpt:
  deny !authenticated = *
       message = authentication required
  deny local_parts = bounce5xx
       message = 5.1.1 no such user
  defer local_parts = defer4xx
  accept
acl_data:
  # RFC 8601 5: nobody but we says what we found.
  warn remove_header = Authentication-Results
  accept
begin routers
ours:
  driver = manualroute
  domains = +ours
  route_list = * 127.0.0.1
  self = send
  transport = lmtp
begin transports
lmtp:
  driver = smtp
  protocol = lmtp
  port = {lmtp}
  rcpt_include_affixes
  hosts_avoid_tls = *
begin retry
* * F,1h,1s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{office}}}}}{{eq{{$auth3}}\
{{{password}}}}}}}}}
  server_set_id = $auth2
"""


def write(folder, inside, user, group, ports, logins, office, domains):
    """Writes both configurations and the login table below `folder`.

    `logins` maps a local part to its password; `office` is the address that
    may submit mail, with the password of its local part.
    """
    mail = folder / "mail"
    for name in ("run", "state", "boxes", "spool"):
        (mail / name).mkdir(parents=True, exist_ok=True)
    (folder / "log").mkdir(exist_ok=True)
    values = {
        "inside": inside,
        "user": user,
        "group": group,
        "city": office.partition("@")[2],
        "domains": " : ".join(domains),
        "office": office,
        "password": logins[office.partition("@")[0]],
        **ports,
    }
    (mail / "dovecot.conf").write_text(DOVECOT.format(**values))
    (mail / "exim.conf").write_text(EXIM.format(**values))
    (mail / "exim.conf").chmod(0o600)
    (mail / "logins").write_text(
        "".join(f"{n}:{{PLAIN}}{p}::::::\n" for n, p in logins.items())
    )
    (mail / "logins").chmod(0o600)
