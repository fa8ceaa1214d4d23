//! Which browser this machine has, and how it is started.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread::sleep,
    time::Instant,
};

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{
    leash,
    limits::{BROWSER_START, SCRATCH_END, SCRATCH_PAUSE},
    program::group,
    scratch::Scratch,
};

/// Names under which the browsers of the Chromium family are installed.
const NAMES: [&str; 9] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "brave-browser",
    "msedge",
];

/// Where they are when they are not on the PATH.
const PLACES: [&str; 8] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\BraveSoftware\Brave-Browser\Application\brave.exe",
];

/// How to get one, in a line for each system.
pub const MISSING: &str = "no Chromium, Chrome, Edge or Brave here; `apt install chromium` (Debian), \
    `dnf install chromium` (Fedora), `brew install --cask chromium` (macOS), `winget install \
    Google.Chrome` (Windows), or set BROWSER to the path of one";

/// The browser's process, its profile, and its end.
pub struct Process {
    child: Child,
    group: group::Group,
    /// Dropped last, when the browser has gone.
    _profile: Scratch,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.group.end();
        let _ = self.child.start_kill();
        // On its way out it would make its profile anew.
        let until = Instant::now() + SCRATCH_END;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
            sleep(SCRATCH_PAUSE);
        }
    }
}

/// The browser that `BROWSER` names, or the first that is found.
///
/// # Errors
/// With a line that says how to get one.
pub fn find() -> Result<PathBuf, String> {
    let named = env::var_os("BROWSER").map(PathBuf::from);
    // Desktops name their favourite here, often one that speaks another protocol:
    // a path is an order, a bare name is not.
    if let Some(path) = named.filter(|path| path.components().count() > 1) {
        return match path.is_file() {
            true => Ok(path),
            false => Err(format!(
                "BROWSER names {}, which is no file: correct it, or unset it and a browser is looked for",
                path.display()
            )),
        };
    }
    let folders: Vec<PathBuf> =
        env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let on_path = NAMES.iter().flat_map(|name| {
        folders
            .iter()
            .flat_map(move |folder| [folder.join(name), folder.join(format!("{name}.exe"))])
    });
    let mut all = on_path.chain(PLACES.iter().map(PathBuf::from));
    all.find(|path| path.is_file())
        .ok_or_else(|| MISSING.to_owned())
}

/// Has what a page wants to be kept go into the profile, and with it. DevTools forbid
/// downloads, and a browser may have made their folder by then.
fn keep_downloads(profile: &Path) {
    let folder = profile.join("downloads");
    let wanted = json!({ "download": { "default_directory": folder } });
    let settings = profile.join("Default");
    // Without these the browser starts all the same.
    let _ = fs::create_dir(&settings);
    let _ = fs::write(settings.join("Preferences"), wanted.to_string());
}

/// Starts it and returns where its DevTools listen.
///
/// # Errors
/// With a line that says how to get a browser, or what went wrong.
pub async fn start(
    gate: Option<&Path>,
    trusted: &str,
    proxy: Option<u16>,
) -> Result<(Process, String), String> {
    let browser = find()?;
    let profile = Scratch::new("browser");
    let profile =
        profile.map_err(|error| format!("no directory for the browser's profile: {error}"))?;
    keep_downloads(profile.path());
    let mut command = Command::from(leash::command(gate, &browser));
    command.args(FLAGS).args(way(proxy));
    if runs_as_root() {
        // Chromium's sandbox refuses to work for root.
        command.arg("--no-sandbox");
    }
    command
        .arg(format!("--ignore-certificate-errors-spki-list={trusted}"))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg("about:blank")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if cfg!(target_os = "linux") {
        // What it keeps beside its profile goes with the profile; elsewhere the path
        // of a socket in it could grow too long.
        let kept = ["TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"];
        command.envs(kept.map(|name| (name, profile.path())));
    }
    group::apart(&mut command);
    let name = browser.display().to_string();
    let mut child = command
        .spawn()
        .map_err(|error| format!("{name} cannot be started: {error}"))?;
    let (group, words) = (group::Group::of(&child), child.stderr.take());
    let process = Process {
        child,
        group,
        _profile: profile,
    };
    match words {
        Some(words) => match timeout(BROWSER_START, address(words)).await {
            Ok(Some(address)) => Ok((process, address)),
            _ => Err(format!(
                "{name} did not say where its DevTools are: set BROWSER to the path of a Chromium, \
                 Chrome, Edge or Brave, or unset it"
            )),
        },
        None => Err(format!("{name} has no standard error")),
    }
}

/// The way to programs: around a proxy that does not exist, or through one that does.
fn way(proxy: Option<u16>) -> [String; 2] {
    match proxy {
        None => [
            "--proxy-server=http://127.0.0.1:9".to_owned(),
            "--proxy-bypass-list=<-loopback>;localhost;127.0.0.1;[::1]".to_owned(),
        ],
        Some(port) => [
            format!("--proxy-server=socks5://127.0.0.1:{port}"),
            "--proxy-bypass-list=<-loopback>".to_owned(),
        ],
    }
}

/// Headless, quiet, and with nowhere to go but loopback: every other address is
/// behind a proxy, see [`way`], no other name has an address, and nothing goes
/// around the proxy (WebRTC would, over UDP).
const FLAGS: [&str; 20] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-domain-reliability",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--metrics-recording-only",
    "--mute-audio",
    "--block-new-web-contents",
    "--remote-debugging-port=0",
    "--renderer-process-limit=1",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
];

async fn address(words: impl AsyncRead + Unpin + Send + 'static) -> Option<String> {
    let mut lines = BufReader::new(words).lines();
    let address = loop {
        let line = lines.next_line().await.ok()??;
        if let Some(address) = line.strip_prefix("DevTools listening on ") {
            break address.trim().to_owned();
        }
    };
    // Whatever else it says is read, or it would stop at a full pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some(address)
}

/// Whether this process may do everything.
#[cfg(unix)]
pub fn runs_as_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether this process may do everything.
#[cfg(not(unix))]
pub fn runs_as_root() -> bool {
    false
}
