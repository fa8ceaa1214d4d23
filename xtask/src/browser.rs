//! The suite needs a browser: where one can be installed without asking, it is.

use std::{path::Path, process::Command};

use checker::browser::launch;

/// Makes sure that there is a browser: on Debian as root it is installed, since
/// that is what a fresh machine of a build farm is. Elsewhere its absence is
/// told, and the steps that need it are skipped.
///
/// # Errors
/// Where `CI` is set and there is none: a suite that skips half of itself must
/// not look green.
pub fn ensure() -> Result<(), String> {
    if launch::find().is_ok() {
        return Ok(());
    }
    if Path::new("/etc/debian_version").exists() && launch::runs_as_root() {
        println!("Installing Debian's chromium for the pages of ch03 and ch05.");
        for words in [
            &["update"][..],
            &["install", "--yes", "--no-install-recommends", "chromium"],
        ] {
            let status = Command::new("apt-get").arg("--quiet").args(words).status();
            if !status.is_ok_and(|status| status.success()) {
                eprintln!("apt-get {} did not succeed", words[0]);
            }
        }
    }
    match launch::find() {
        Ok(_) => Ok(()),
        Err(missing) if std::env::var_os("CI").is_some_and(|value| !value.is_empty()) => {
            Err(missing)
        }
        Err(missing) => {
            eprintln!("The steps that need a browser will be skipped: {missing}");
            Ok(())
        }
    }
}
