//! What the system shows of another process: its memory, and the files it holds open (proc(5)).

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use rustix::process::Pid;

use crate::self_test::search::{Search, Tally};

/// Regions of the kernel's own that no process can write to and that cannot be read from outside.
const KERNELS_OWN: [&str; 3] = ["[vvar]", "[vvar_vclock]", "[vsyscall]"];

/// What to do where the system keeps processes' memory apart.
const MAY_NOT: &str = "the memory of another process may not be read here, not even of one that this program started: \
    /proc/sys/kernel/yama/ptrace_scope may be 2 or 3, the program may have file capabilities (look with getcap), or a \
    container forbids it; run the self-test as root, or with a copy of the program without capabilities";

/// A stretch of memory that can be read.
#[derive(Debug, PartialEq, Eq)]
struct Region {
    from: u64,
    to: u64,
    name: String,
}

/// Looks through all memory that the process itself can read; says how many bytes that were.
pub(super) fn look(pid: Pid, search: &Search, tally: &mut Tally) -> Result<u64> {
    let process = of(pid);
    let maps = fs::read_to_string(process.join("maps")).context(MAY_NOT)?;
    let memory = File::open(process.join("mem")).context(MAY_NOT)?;
    let mut bytes = 0;
    for region in readable(&maps)? {
        let place = format!("memory, {}", region.name);
        let reader = Reader {
            memory: &memory,
            at: region.from,
            to: region.to,
        };
        let looked_through = search.look_through(reader, &place, tally);
        bytes += looked_through.with_context(|| format!("{}: {MAY_NOT}", region.name))?;
    }
    ensure!(bytes > 0, "{MAY_NOT}");
    Ok(bytes)
}

/// The regular files that the process holds open outside of that directory, deleted ones as well.
pub(super) fn open_files(pid: Pid, ground: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(of(pid).join("fd")).context(MAY_NOT)? {
        let path = entry?.path();
        let is_ours = fs::read_link(&path)?.starts_with(ground);
        if !is_ours && fs::metadata(&path)?.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

fn of(pid: Pid) -> PathBuf {
    PathBuf::from(format!("/proc/{}", pid.as_raw_nonzero()))
}

/// What of a process's map can be read.
fn readable(maps: &str) -> Result<Vec<Region>> {
    let mut regions = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_ascii_whitespace();
        let region = (|| {
            let (from, to) = words.next()?.split_once('-')?;
            let may = words.next()?;
            let name = words.nth(3).unwrap_or("anonymous");
            let address = |text| u64::from_str_radix(text, 16).ok();
            Some((address(from)?, address(to)?, may.starts_with('r'), name))
        })();
        let (from, to, can_be_read, name) =
            region.with_context(|| format!("a map of memory has a strange line: {line}"))?;
        if can_be_read && !KERNELS_OWN.contains(&name) {
            let name = name.to_owned();
            regions.push(Region { from, to, name });
        }
    }
    Ok(regions)
}

/// Reads a region from its beginning to its end.
struct Reader<'a> {
    memory: &'a File,
    at: u64,
    to: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.to - self.at).unwrap_or(usize::MAX);
        let wanted = into.len().min(left);
        let read = self.memory.read_at(&mut into[..wanted], self.at)?;
        // Short reads are allowed, but an end within the region would be read as "all of it was seen".
        if read == 0 && wanted > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += u64::try_from(read).expect("a count of bytes in memory fits");
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Child, Command, Stdio};

    use super::*;
    use crate::self_test::canary::{Canary, Form};

    #[test]
    fn a_map_is_read_line_by_line() {
        let maps = "\
55d0c0000000-55d0c0001000 r--p 00000000 fe:00 42    /usr/bin/some program\n\
7f0000000000-7f0000021000 rw-p 00000000 00:00 0\n\
7f0000021000-7f0004000000 ---p 00000000 00:00 0\n\
7ffc00000000-7ffc00001000 r--p 00000000 00:00 0     [vvar]\n";
        let regions = readable(maps).unwrap();
        let told: Vec<_> = regions
            .iter()
            .map(|region| (region.to - region.from, region.name.as_str()))
            .collect();
        assert_eq!(told, [(0x1000, "/usr/bin/some"), (0x21000, "anonymous")]);
        assert!(readable("nonsense").is_err());
    }

    /// A process that has read those bytes, and holds nothing else of ours.
    fn who_has_read(bytes: &[u8]) -> Child {
        let mut child = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.as_mut().unwrap().write_all(bytes).unwrap();
        let mut back = vec![0; bytes.len()];
        child.stdout.as_mut().unwrap().read_exact(&mut back).unwrap();
        assert_eq!(back, bytes);
        child
    }

    #[test]
    fn what_a_process_holds_is_found_in_its_memory_and_nothing_else() {
        let (held, never_held) = (Canary::hatch(), Canary::hatch());
        let mut child = who_has_read(&Form::ALL.map(|form| held.in_form(form)).concat());
        let mut tally = Tally::default();
        let search = Search::new([&never_held, &held]).unwrap();
        let bytes = look(Pid::from_child(&child), &search, &mut tally).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(bytes > 0);
        for form in Form::ALL {
            assert!(tally.hits.iter().any(|hit| hit.form == form), "{form}");
        }
        assert!(tally.hits.iter().all(|hit| hit.canary == 1), "{:?}", tally.hits);
    }

    #[test]
    fn files_held_open_are_found_even_when_deleted() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("gone");
        let held = File::create(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let own = Pid::from_raw(std::process::id().try_into().unwrap()).unwrap();
        let open = open_files(own, Path::new("/nowhere")).unwrap();
        let links: Vec<_> = open
            .iter()
            .filter_map(|path| fs::read_link(path).ok())
            .filter(|link| link.to_string_lossy().contains(path.to_str().unwrap()))
            .collect();
        assert_eq!(links.len(), 1, "{open:?}");
        drop(held);
    }
}
