//! A check apart from the machine: namespaces of its own, where Linux lets an
//! ordinary user have them.
//!
//! A fence takes rights from a program; an island leaves it nobody to reach. The
//! check is there with it, and the browser:
//!
//! | a namespace of | leaves the programs | `man 7` |
//! |---|---|---|
//! | the network | loopback, and nobody on it but the check | `network_namespaces` |
//! | process ids | no id of a process outside | `pid_namespaces` |
//! | mounts | nothing outside to change, few Unix sockets, a bounded disk | `mount_namespaces` |
//! | IPC | no memory and no queue that outlives them | `ipc_namespaces` |
//! | users | no privilege outside, whoever started the check | `user_namespaces` |
//!
//! The check is the first process of its namespace, and with that one everything
//! ends there. It ends itself with the process that has moved it, so nothing
//! outlives a check, however it ended.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// A directory that becomes a disk in memory, and its size in bytes.
#[derive(Clone, Debug)]
pub struct Disk {
    /// Where it is; what lay there is hidden.
    pub place: PathBuf,
    /// How many bytes it holds.
    pub size: u64,
}

/// The first argument that says this start moves others to an island.
const TO: &str = "--to-an-island";

/// The same for the first process there.
const ON: &str = "--on-an-island";

/// The arguments by which an executable whose `main` calls [`entered`] runs `file`
/// with `args` on an island. There they may divide the control group in the directory
/// `bounds` alone, and begin in its leaf.
pub fn words(disk: &Disk, bounds: Option<&Path>, file: &Path, args: &[OsString]) -> Vec<OsString> {
    let size = disk.size.to_string();
    let bounds = bounds.unwrap_or(Path::new(""));
    let mut words = vec![TO.into(), size.into(), disk.place.clone().into()];
    words.push(bounds.into());
    words.push(file.into());
    words.extend_from_slice(args);
    words
}

/// Called first in `main`, while it has one thread. When this start moves others to an
/// island, it waits there for their end and has their exit code; on any other start
/// this is `None`.
pub fn entered() -> Option<ExitCode> {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let outcome = match words.as_slice() {
        [first, size, place, bounds, command @ ..] if first == TO => {
            let size = size.to_str().and_then(|size| size.parse().ok());
            let (size, place) = (size.unwrap_or(0), place.into());
            let bounds = Some(Path::new(bounds)).filter(|_| !bounds.is_empty());
            system::moves(&Disk { place, size }, bounds, command)
        }
        [first, user, group, file, args @ ..] if first == ON => {
            let ids = [user, group].map(|id| id.to_str().and_then(|id| id.parse().ok()));
            let ids = ids.map(|id| id.unwrap_or(0));
            system::settles(ids, file.as_ref(), args)
        }
        _ => return None,
    };
    Some(outcome.unwrap_or_else(|error: io::Error| {
        eprintln!("no island: {error}");
        ExitCode::FAILURE
    }))
}

#[cfg(target_os = "linux")]
mod system {
    use std::{
        ffi::{CString, OsString},
        fs, io,
        os::unix::{ffi::OsStrExt, process::CommandExt},
        path::{Path, PathBuf},
        process::{Command, ExitCode},
    };

    use rustix::{
        mount::{
            MountFlags, MountPropagationFlags, mount, mount_bind, mount_change, mount_remount,
        },
        net::{
            AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with,
        },
        process::{Signal, getgid, getuid, set_parent_process_death_signal},
        thread::UnshareFlags,
    };

    use super::{Disk, ON};
    use crate::{
        control_group,
        limits::{ISLAND_SOCKETS, SHARED_MEMORY},
    };

    /// What is below `/run` where programs themselves are: on NixOS.
    const RUNNING: &str = "/run/current-system";

    pub fn moves(disk: &Disk, bounds: Option<&Path>, command: &[OsString]) -> io::Result<ExitCode> {
        // Whoever wanted the check may be gone before it is over.
        set_parent_process_death_signal(Some(Signal::KILL))?;
        if let Some(bounds) = bounds {
            control_group::enter(&control_group::leaf(bounds))?;
        }
        let (user, group) = (getuid().as_raw(), getgid().as_raw());
        let sockets = sockets();
        let namespaces = UnshareFlags::NEWNET
            | UnshareFlags::NEWPID
            | UnshareFlags::NEWIPC
            | UnshareFlags::NEWNS;
        // Whoever is not its root loses with `exec` what the first process still needs.
        leave(namespaces, [0, 0], [user, group])?;
        // By these two ways past TCP a fence does not see a connection.
        fs::write("/proc/sys/net/mptcp/enabled", "0").or_else(absent)?;
        fs::write("/proc/sys/net/ipv4/tcp_fastopen", "0").or_else(absent)?;
        raise_loopback()?;
        let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change("/", private)?;
        for socket in sockets {
            // One that has gone by now hides itself.
            let _ = mount_bind("/dev/null", &socket);
        }
        if let Some(bounds) = bounds {
            mount_bind(bounds, bounds)?;
        }
        freeze(bounds);
        let here = std::env::current_dir()?;
        let used = command.iter().map(Path::new).chain([&*disk.place, &*here]);
        if !Path::new(RUNNING).exists() && !used.into_iter().any(|path| path.starts_with("/run")) {
            // Most sockets are there, also those that no table of ours names.
            let _ = disk_at(Path::new("/run"), SHARED_MEMORY);
        }
        // A browser shares memory there with itself.
        let _ = disk_at(Path::new("/dev/shm"), SHARED_MEMORY);
        disk_at(&disk.place, disk.size)?;
        let mut first = Command::new(std::env::current_exe()?);
        first.arg(ON).args([user, group].map(|id| id.to_string()));
        let code = first.args(command).status()?.code();
        let code = code.and_then(|code| u8::try_from(code).ok());
        Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
    }

    /// Becomes the check, as the first process, with the processes of the island and
    /// no others in `/proc`; and whoever started it again.
    pub fn settles(ids: [u32; 2], file: &Path, args: &[OsString]) -> io::Result<ExitCode> {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
        mount("proc", "/proc", "proc", flags, None)?;
        leave(UnshareFlags::empty(), ids, [0, 0])?;
        Err(Command::new(file).args(args).exec())
    }

    /// Moves this process to new namespaces, one of users among them, in which it has
    /// the user and group `ids` that are `outside` in the one that it leaves.
    ///
    /// The safe form is deprecated for one flag, by which threads would no longer
    /// share their files; it is not asked for, and there is one thread.
    #[expect(deprecated)]
    fn leave(namespaces: UnshareFlags, ids: [u32; 2], outside: [u32; 2]) -> io::Result<()> {
        rustix::thread::unshare(namespaces | UnshareFlags::NEWUSER)?;
        // Without this word nobody without privileges may map groups.
        fs::write("/proc/self/setgroups", "deny")?;
        for (map, at) in [("uid_map", 0), ("gid_map", 1)] {
            let line = format!("{} {} 1", ids[at], outside[at]);
            fs::write(Path::new("/proc/self").join(map), line)?;
        }
        Ok(())
    }

    /// What a kernel does not have needs no switch.
    fn absent(error: io::Error) -> io::Result<()> {
        match error.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        }
    }

    fn disk_at(place: &Path, size: u64) -> io::Result<()> {
        let options = CString::new(format!("size={size},mode=0700"))?;
        let flags = MountFlags::NOSUID | MountFlags::NODEV;
        Ok(mount("tmpfs", place, "tmpfs", flags, options.as_c_str())?)
    }

    /// Makes everything that is mounted read-only, but for what is mounted at `warm`: a
    /// fence refuses writing, and not the change of a mode, a time or an owner. `probe`
    /// says whether that has worked.
    fn freeze(warm: Option<&Path>) {
        let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        for line in table.lines() {
            let fields: Vec<&str> = line.split(' ').collect();
            let [_, _, _, _, place, options, ..] = fields[..] else {
                continue;
            };
            // What is switched off already may not be switched on by leaving it out.
            let kept = options.split(',').filter_map(|option| match option {
                "nosuid" => Some(MountFlags::NOSUID),
                "nodev" => Some(MountFlags::NODEV),
                "noexec" => Some(MountFlags::NOEXEC),
                "noatime" => Some(MountFlags::NOATIME),
                "nodiratime" => Some(MountFlags::NODIRATIME),
                "relatime" => Some(MountFlags::RELATIME),
                _ => None,
            });
            let frozen = MountFlags::BIND | MountFlags::RDONLY;
            let flags = kept.fold(frozen, |flags, one| flags | one);
            let place = unescaped(place);
            if warm.is_none_or(|warm| warm.as_os_str().as_bytes() != place) {
                let _ = mount_remount(place, flags, c"");
            }
        }
    }

    /// A path of `mountinfo`, in which some bytes stand as `\040`, in octal.
    pub fn unescaped(place: &str) -> Vec<u8> {
        let (mut bytes, mut rest) = (Vec::new(), place.as_bytes());
        while let [first, after @ ..] = rest {
            let code = after.get(..3).filter(|_| *first == b'\\');
            let code = code.and_then(|code| std::str::from_utf8(code).ok());
            match code.and_then(|code| u8::from_str_radix(code, 8).ok()) {
                Some(byte) => {
                    bytes.push(byte);
                    rest = &after[3..];
                }
                None => {
                    bytes.push(*first);
                    rest = after;
                }
            }
        }
        bytes
    }

    /// Unix sockets that have a path: a network namespace does not part from them,
    /// and behind one may be whatever does as it is told.
    fn sockets() -> Vec<PathBuf> {
        let table = fs::read_to_string("/proc/net/unix").unwrap_or_default();
        let path = |line: &str| {
            let at = line.find(" /")?;
            Some(PathBuf::from(&line[at + 1..]))
        };
        let mut paths: Vec<PathBuf> = table.lines().filter_map(path).collect();
        paths.sort();
        paths.dedup();
        paths.truncate(ISLAND_SOCKETS);
        paths
    }

    /// A network begins with a loopback interface that is down; this raises it, by
    /// the one message of `man 7 rtnetlink` that does.
    fn raise_loopback() -> io::Result<()> {
        /// `RTM_NEWLINK`, `NLM_F_REQUEST | NLM_F_ACK`, and `IFF_UP`.
        const NEW_LINK: u16 = 16;
        const REQUEST: u16 = 5;
        const UP: u32 = 1;
        /// The first interface of any network.
        const LOOPBACK: u32 = 1;
        let mut message = Vec::with_capacity(32);
        // The header: length, type, flags, sequence number, sender.
        message.extend(32_u32.to_ne_bytes());
        message.extend([NEW_LINK, REQUEST].map(u16::to_ne_bytes).concat());
        message.extend([1_u32, 0].map(u32::to_ne_bytes).concat());
        // The interface: no family, no type, which one, what it is to be, what of it.
        message.extend([0; 4]);
        message.extend([LOOPBACK, UP, UP].map(u32::to_ne_bytes).concat());
        let (family, flags) = (AddressFamily::NETLINK, SocketFlags::CLOEXEC);
        let socket = socket_with(family, SocketType::RAW, flags, None)?;
        send(&socket, &message, SendFlags::empty())?;
        let mut answer = [0; 64];
        let (_, length) = recv(&socket, &mut answer, RecvFlags::empty())?;
        // Behind its header an answer begins with zero, or with what went wrong.
        let code = answer[..length].get(16..).and_then(<[u8]>::first_chunk);
        match code.map(|code| i32::from_ne_bytes(*code)) {
            Some(0) => Ok(()),
            Some(code) => Err(io::Error::from_raw_os_error(-code)),
            None => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::{ffi::OsString, io, path::Path, process::ExitCode};

    use super::Disk;

    pub fn moves(
        _disk: &Disk,
        _bounds: Option<&Path>,
        _command: &[OsString],
    ) -> io::Result<ExitCode> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub fn settles(_ids: [u32; 2], _file: &Path, _args: &[OsString]) -> io::Result<ExitCode> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::system::unescaped;

    #[test]
    fn a_mounted_place_has_its_own_letters() {
        assert_eq!(unescaped(r"/a\040b\134c"), br"/a b\c");
        assert_eq!(unescaped(r"/plain\9"), br"/plain\9");
    }
}
