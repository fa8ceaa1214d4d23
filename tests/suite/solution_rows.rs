//! The rows that the contract judges in the solutions: a bad `PORT`, a port
//! that is taken, an end by signal.

use std::{
    fs,
    net::TcpListener,
    process::{Child, Command, Output, Stdio},
};

use checker::{chapter::Chapter, chapters, recorder::turn::Turn};

use crate::programs;

#[test]
fn a_bad_port_is_one_line_and_code_2() {
    for chapter in chapters::ALL {
        for port in [
            "", "abc", "65536", "-1", "+80", " 80", "80 ", "8080\n", "0x50", "٣",
        ] {
            let output = run(chapter, Some(port));
            assert_eq!(
                output.status.code(),
                Some(2),
                "{} PORT={port:?}: {output:?}",
                chapter.slug
            );
            one_line(&output, "PORT");
        }
    }
}

#[test]
fn a_taken_port_is_one_line_and_code_1() {
    for chapter in chapters::ALL {
        let holder = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = holder.local_addr().expect("its address").port().to_string();
        let output = run(chapter, Some(&port));
        assert_eq!(
            output.status.code(),
            Some(1),
            "{}: {output:?}",
            chapter.slug
        );
        one_line(&output, &port);
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("PORT="),
            "it says how to choose another"
        );
    }
}

/// Takes its turn on the port as a check does: who holds one without would be found there
/// by a check, and a program that finds it free serves until it is ended.
#[test]
fn an_unset_port_is_the_articles() {
    for chapter in chapters::ALL {
        let _turn = programs::wait(Turn::on(chapter.port));
        match TcpListener::bind(("127.0.0.1", chapter.port)) {
            Ok(_holder) => one_line(&run(chapter, None), &chapter.port.to_string()),
            Err(error) => println!("skipped: port {}: {error}", chapter.port),
        }
    }
}

#[cfg(unix)]
#[test]
fn signals_end_it_in_time() {
    use std::{
        io::{BufRead, BufReader},
        time::{Duration, Instant},
    };
    /// What the contract allows a program to take for its end.
    const END: Duration = Duration::from_secs(2);
    for chapter in chapters::ALL {
        for signal in ["TERM", "INT"] {
            if signal == "INT" && ignores_sigint() {
                println!("skipped: SIGINT is ignored where this suite was started");
                continue;
            }
            let mut child = start(chapter, Some("0"));
            let mut line = String::new();
            let log = child.stdout.take().expect("a pipe");
            BufReader::new(log)
                .read_line(&mut line)
                .expect("the start line");
            let sent = Command::new("kill")
                .args(["-s", signal, &child.id().to_string()])
                .status();
            assert!(sent.expect("kill").success());
            let began = Instant::now();
            while child.try_wait().expect("a status").is_none() {
                if began.elapsed() > END {
                    let _ = child.kill();
                    panic!("{} still runs {END:?} after SIG{signal}", chapter.slug);
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

/// Whether whoever started this suite has SIGINT ignored, as a shell does for what
/// runs in its background: programs inherit that (POSIX, exec).
#[cfg(unix)]
fn ignores_sigint() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 0b10 != 0)
}

fn run(chapter: &Chapter, port: Option<&str>) -> Output {
    start(chapter, port).wait_with_output().expect("its output")
}

fn start(chapter: &Chapter, port: Option<&str>) -> Child {
    let folder = programs::root().join("target/solution-rows");
    fs::create_dir_all(&folder).expect("a folder");
    let mut command = Command::new(programs::solution(chapter).file);
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
        .env_remove("PORT")
        .envs(port.map(|port| ("PORT", port)));
    command.spawn().expect("the solution starts")
}

fn one_line(output: &Output, named: &str) {
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(words.contains(named), "{words}");
    assert!(
        output.stdout.is_empty(),
        "nothing on standard output: {output:?}"
    );
}
