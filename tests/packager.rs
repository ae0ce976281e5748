//! What packages for macOS and Windows are made from, as far as it is seen without these: all it names is there, and
//! it names the program as the program does.
#![expect(clippy::unwrap_used, reason = "in helpers of tests a failure is the test's")]

use std::path::{Path, PathBuf};

const ID: &str = "so.mouthpiece.Mouthpiece";

fn packaging() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging")
}

fn config() -> toml::Table {
    std::fs::read_to_string(packaging().join("packager.toml")).unwrap().parse().unwrap()
}

#[test]
fn it_names_the_program_as_the_program_does() {
    let config = config();
    let text = |name: &str| config[name].as_str().unwrap();
    assert_eq!(text("name"), env!("CARGO_PKG_NAME"));
    assert_eq!(text("version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(text("description"), env!("CARGO_PKG_DESCRIPTION"));
    assert_eq!(text("identifier"), ID);
    assert_eq!(config["binaries"][0]["path"].as_str(), Some("mouthpiece"));
    let entry = std::fs::read_to_string(packaging().join(format!("linux/{ID}.desktop"))).unwrap();
    assert!(entry.contains(&format!("Name={}\n", text("productName"))));
}

#[test]
fn all_it_names_is_there() {
    let config = config();
    let mut named = vec![config["licenseFile"].clone(), config["macos"]["infoPlistPath"].clone()];
    named.push(config["nsis"]["installerIcon"].clone());
    named.extend(config["icons"].as_array().unwrap().iter().cloned());
    named.extend(config["resources"].as_array().unwrap().iter().map(|resource| resource["src"].clone()));
    // What is made before the package is not there yet.
    named.retain(|path| !path.as_str().unwrap().starts_with("../target/"));
    for path in &named {
        let path = packaging().join(path.as_str().unwrap());
        assert!(path.exists(), "{} is not there", path.display());
    }
    assert!(named.len() > 7, "{named:?}");
}

/// The files it opens are those that the app's dialogs offer and its menu entry on Linux opens.
#[test]
fn it_opens_what_the_app_offers() {
    let dialogs = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/files.rs")).unwrap();
    let offered = |name: &str| -> Vec<String> {
        let line = dialogs.lines().find(|line| line.starts_with(&format!("const {name}:"))).unwrap();
        line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let config = config();
    let kinds: Vec<Vec<String>> = config["fileAssociations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["extensions"].as_array().unwrap().iter().map(|e| e.as_str().unwrap().to_owned()).collect())
        .collect();
    assert_eq!(kinds, [offered("VIDEO"), offered("AUDIO")]);
}

/// The icon of Windows holds the pictures of the others, byte for byte.
#[test]
fn the_icon_of_windows_is_made_of_the_others() {
    let icon = std::fs::read(packaging().join("windows/mouthpiece.ico")).unwrap();
    let number =
        |at: usize, bytes: usize| icon[at..at + bytes].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    assert_eq!((number(0, 2), number(2, 2)), (0, 1), "it is no icon");
    let sizes = [16, 32, 48, 64, 128, 256];
    assert_eq!(number(4, 2), sizes.len());
    for (index, size) in sizes.into_iter().enumerate() {
        let row = 6 + 16 * index;
        let (length, place) = (number(row + 8, 4), number(row + 12, 4));
        let picture = packaging().join(format!("../assets/icon/mouthpiece-{size}.png"));
        let same = icon[place..place + length] == std::fs::read(picture).unwrap();
        assert!(number(row, 1) == size % 256 && same, "{size}: run packaging/icon.py again");
    }
}
