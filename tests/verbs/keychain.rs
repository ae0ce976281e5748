//! The key in a real keychain: GNOME Keyring on a session bus of the test's own.
#![cfg(target_os = "linux")]

use std::process::Command;

use crate::home::{Home, KEY, account};

const SCRIPT: &str = r#"printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null
printf "$KEY" | env -u KEY "$PROGRAM" key set && unset KEY SYNC_BASE_URL
"$PROGRAM" key test && "$PROGRAM" voices | grep -c 'Sandbox Ada'
# As a window leaves it in which the sandbox was opened last.
sed -i 's/^workspace = .*/workspace = "sandbox"/' data/settings.toml && grep -q '^workspace = "sandbox"' data/settings.toml
"$PROGRAM" key test && "$PROGRAM" key forget 0000; "$PROGRAM" key forget && "$PROGRAM" key test"#;

#[test]
fn a_key_that_is_kept_is_used_until_it_is_forgotten() {
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    let program = home.command(&[]);
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-c", SCRIPT]).env_clear().current_dir(home.path("."));
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?)))).env_remove("SYNC_API_KEY");
    command.env("XDG_RUNTIME_DIR", home.path(".")).env("KEY", KEY).env("PROGRAM", env!("CARGO_BIN_EXE_mouthpiece"));
    let output =
        command.output().unwrap_or_else(|e| panic!("{e}: packaging/setup.sh --tests installs what is missing"));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(4), "it is forgotten at the end: {said}");
    for word in [
        "works and is kept in the keychain",
        "works: ",
        "\n1\n",
        "ends like this",
        "is out of the keychain",
        "There is no key",
    ] {
        assert!(format!("\n{said}").contains(word), "{word}: {said}");
    }
    assert!(!said.contains(KEY), "{said}");
    let settings = std::fs::read_to_string(home.path("data/settings.toml")).unwrap();
    assert!(!settings.contains(KEY));
}
