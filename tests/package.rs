//! The package for Debian and its relatives, made of the program under test: it installs into an empty system, its
//! entry in menus opens the window, its pages are in order, and removed it leaves nothing.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "in helpers of tests a failure is the test's")]

#[path = "common/desktop.rs"]
mod desktop;
#[path = "../packaging/licences.rs"]
mod licences;
#[path = "../packaging/pages.rs"]
mod pages;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use desktop::{Desktop, until};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};
use x11rb::rust_connection::RustConnection;

const ID: &str = "so.mouthpiece.Mouthpiece";

/// Files the app opens, by the names that desktops have for their kinds.
const KINDS: [&str; 14] = [
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/x-matroska",
    "video/x-msvideo",
    "video/mpeg",
    "audio/x-wav",
    "audio/mpeg",
    "audio/mp4",
    "audio/aac",
    "audio/flac",
    "audio/ogg",
    "audio/x-opus+ogg",
    "audio/x-aiff",
];

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path.as_ref()).unwrap_or_else(|e| panic!("{}: {e}", path.as_ref().display()))
}

/// Runs a command that is expected to succeed.
#[track_caller]
fn ran(command: &mut Command) -> Output {
    let output =
        command.output().unwrap_or_else(|e| panic!("{} can't be started: {e}", command.get_program().display()));
    let (said, why) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{said}{why}", output.status);
    output
}

fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The package, made of the program under test.
fn package(work: &Path) -> PathBuf {
    let papers = work.join("pages");
    std::fs::create_dir(&papers).unwrap();
    pages::write(&papers);
    std::fs::write(papers.join("libraries.txt"), licences::texts()).unwrap();
    let mut script = Command::new(root("packaging/deb.sh"));
    script.env("MOUTHPIECE_PROGRAM", env!("CARGO_BIN_EXE_mouthpiece")).env("MOUTHPIECE_PAGES", &papers);
    let output = ran(script.env("CARGO_TARGET_DIR", work).env("TMPDIR", work));
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

/// A system with nothing in it.
struct Clean(PathBuf);

impl Clean {
    fn new(work: &Path) -> Self {
        let place = work.join("root");
        for folder in ["updates", "info", "triggers"] {
            std::fs::create_dir_all(place.join("var/lib/dpkg").join(folder)).unwrap();
        }
        for file in ["status", "available"] {
            std::fs::write(place.join("var/lib/dpkg").join(file), "").unwrap();
        }
        Self(place)
    }

    /// What the package needs is not there: that it is named right is seen by packaging/try.sh.
    #[track_caller]
    fn dpkg(&self, arguments: &[&str]) {
        let mut command = Command::new("dpkg");
        command.args(["--force-not-root", "--force-depends", "--force-bad-path", "--no-triggers"]);
        // Small systems, such as those of containers, are set up to leave pages and documents out.
        command.arg("--path-include=*");
        ran(command.arg(format!("--root={}", self.0.display())).arg("--log=/dev/null").args(arguments));
    }

    /// The files in it, but for the records of dpkg.
    fn files(&self) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        let mut open = vec![self.0.clone()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                let shown = path.strip_prefix(&self.0).unwrap().to_str().unwrap().to_owned();
                if shown == "var" {
                    continue;
                }
                if entry.file_type().unwrap().is_dir() {
                    open.push(path);
                    files.insert(shown + "/");
                } else {
                    files.insert(shown);
                }
            }
        }
        files
    }

    fn usr(&self, path: &str) -> PathBuf {
        self.0.join("usr").join(path)
    }
}

/// The keys of a menu entry.
fn entry(file: &Path) -> BTreeMap<String, String> {
    let text = text(file);
    let lines = text.lines().filter_map(|line| line.split_once('='));
    lines.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The classes of the window with this title: instance and class, as menus and docks compare them.
fn classes((connection, screen): &(RustConnection, usize), title: &str) -> Option<Vec<String>> {
    let property = |window, name: AtomEnum| {
        let asked = connection.get_property(false, window, name, AtomEnum::ANY, 0, 256).ok()?;
        asked.reply().ok().map(|property| String::from_utf8_lossy(&property.value).into_owned())
    };
    let tree = connection.query_tree(connection.setup().roots[*screen].root).unwrap().reply().ok()?;
    let titled = |window: &u32| property(*window, AtomEnum::WM_NAME).is_some_and(|name| name == title);
    let window = tree.children.into_iter().find(titled)?;
    let classes = property(window, AtomEnum::WM_CLASS)?;
    Some(classes.split_terminator('\0').map(str::to_owned).collect())
}

#[test]
fn the_package_installs_opens_from_its_menu_entry_and_leaves_nothing() {
    if !["dpkg", "dpkg-deb", "dpkg-shlibdeps"].into_iter().all(is_here) {
        eprintln!("dpkg is not on this computer: the package was not tried");
        return;
    }
    let work = tempfile::tempdir().unwrap();
    let package = package(work.path());
    let clean = Clean::new(work.path());
    let before = clean.files();
    clean.dpkg(&["--install", package.to_str().unwrap()]);

    says_what_it_needs(&package);
    let program = clean.usr("bin/mouthpiece");
    let said = ran(Command::new(&program).arg("--version")).stdout;
    assert!(String::from_utf8(said).unwrap().starts_with(concat!("mouthpiece ", env!("CARGO_PKG_VERSION"))));
    pages_are_in_order(&clean);
    icons_are_there(&clean);
    opens_from_its_entry(&clean);

    clean.dpkg(&["--remove", "mouthpiece"]);
    assert_eq!(clean.files(), before, "something was left");
}

/// What it needs, what it recommends, and that all it has belongs to root.
fn says_what_it_needs(package: &Path) {
    let field = |name: &str| {
        let output = ran(Command::new("dpkg-deb").arg("--field").arg(package).arg(name));
        String::from_utf8(output.stdout).unwrap()
    };
    for needed in ["libc6 ", "libasound2", "libegl1", "libgl1", "libxkbcommon0", "libfontconfig1", "ca-certificates"] {
        assert!(field("Depends").contains(needed), "{needed} is not in {}", field("Depends"));
    }
    for wanted in ["ffmpeg", "espeak-ng", "xdg-desktop-portal"] {
        assert!(field("Recommends").contains(wanted), "{wanted} is not in {}", field("Recommends"));
    }
    let contents = String::from_utf8(ran(Command::new("dpkg-deb").arg("--contents").arg(package)).stdout).unwrap();
    for line in contents.lines() {
        assert!(line.contains(" root/root "), "{line}");
        assert!(line.starts_with("drwxr-xr-x") || line.starts_with("-rw"), "{line}");
    }
}

/// The man page renders, the completions are ones, and the documents are there.
fn pages_are_in_order(clean: &Clean) {
    let page = clean.usr("share/man/man1/mouthpiece.1.gz");
    ran(Command::new("gzip").arg("--test").arg(&page));
    let page =
        String::from_utf8(ran(Command::new("gzip").args(["--decompress", "--stdout"]).arg(&page)).stdout).unwrap();
    for part in [".TH mouthpiece 1", "--sandbox", "lipsync"] {
        assert!(page.replace("\\-", "-").contains(part), "{part} is not in the man page");
    }
    // Small systems have a `man` that only says that they are small.
    let is_man = |said: &Output| String::from_utf8_lossy(&said.stdout).starts_with("man ");
    if is_here("man") && is_man(&ran(Command::new("man").arg("--version"))) {
        let mut man = Command::new("man");
        man.args(["--warnings", "--local-file"]).arg(clean.usr("share/man/man1/mouthpiece.1.gz"));
        let output = ran(man.env("MANWIDTH", "100").env("LC_ALL", "C.UTF-8"));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert!(String::from_utf8_lossy(&output.stdout).contains("SYNOPSIS"));
    }
    let completions = clean.usr("share/bash-completion/completions/mouthpiece");
    ran(Command::new("bash").arg("-n").arg(&completions));
    assert!(text(&completions).contains("lipsync"));
    for (shell, path) in [
        ("zsh", "share/zsh/vendor-completions/_mouthpiece"),
        ("fish", "share/fish/vendor_completions.d/mouthpiece.fish"),
    ] {
        assert!(text(clean.usr(path)).contains("lipsync"));
        if is_here(shell) {
            ran(Command::new(shell).arg("-n").arg(clean.usr(path)));
        }
    }
    let documents = clean.usr("share/doc/mouthpiece");
    for file in ["changelog.gz", "changelog.Debian.gz", "libraries.txt.gz"] {
        ran(Command::new("gzip").arg("--test").arg(documents.join(file)));
    }
    let copyright = text(documents.join("copyright"));
    let words = copyright.split(|c: char| c.is_whitespace() || ",;".contains(c)).map(|word| word.trim_end_matches('.'));
    let is_file = |word: &&str| Path::new(word).extension().is_some_and(|end| end == "txt" || end == "gz");
    let named: Vec<&str> = words.filter(|word| is_file(word) || word.starts_with("LICENSE-")).collect();
    assert!(named.len() > 5, "{named:?}");
    for file in named {
        assert!(documents.join(file).is_file(), "copyright names {file}, which is not there");
    }
}

/// The icon that the entry names, in all sizes that menus and docks ask for, each as large as its folder says.
fn icons_are_there(clean: &Clean) {
    let icons = clean.usr("share/icons/hicolor");
    for size in [16_u32, 32, 48, 64, 128, 256, 512] {
        let picture = image::open(icons.join(format!("{size}x{size}/apps/{ID}.png"))).unwrap();
        assert_eq!((picture.width(), picture.height()), (size, size));
    }
    assert!(text(icons.join(format!("scalable/apps/{ID}.svg"))).contains("<svg"));
}

/// As a menu does for "open with": the line of the entry, with a file in place of `%F` and the program on the path.
fn opens_from_its_entry(clean: &Clean) {
    let entry = entry(&clean.usr(&format!("share/applications/{ID}.desktop")));
    let kinds: Vec<&str> = entry["MimeType"].split_terminator(';').collect();
    for kind in KINDS {
        assert!(kinds.contains(&kind), "{kind} is not opened: {kinds:?}");
    }
    assert_eq!(entry["Icon"], ID);
    let words: Vec<&str> = entry["Exec"].split(' ').collect();
    let [program, "%F"] = words[..] else { panic!("the entry opens no files: {}", entry["Exec"]) };
    assert_eq!(entry["TryExec"], program);

    let desktop = Desktop::start();
    // Open all the while: a display starts over when the last one leaves it.
    let display = x11rb::connect(Some(desktop.display())).unwrap();
    let path = format!("{}:/usr/bin:/bin", clean.usr("bin").display());
    let folder = tempfile::tempdir().unwrap();
    let video = folder.path().join("a voice.mp4");
    std::fs::copy(root("assets/example/Lena.mp4"), &video).unwrap();
    // `exec` looks for the program on the path that is given here.
    let start = format!("exec {program} --sandbox \"$0\"");
    let mut run = desktop.run_with("/bin/sh", &["-c", &start, video.to_str().unwrap()], &[("PATH", &path)]);
    let classes = until("the window is on the display", || {
        assert_eq!(run.ended(), None, "the program ended early:\n{}", run.errors());
        classes(&display, "Mouthpiece")
    });
    assert!(classes.contains(&entry["StartupWMClass"]), "{classes:?}");
    let runs = std::fs::read_link(format!("/proc/{}/exe", run.id())).unwrap();
    assert_eq!(runs, std::fs::canonicalize(clean.usr("bin/mouthpiece")).unwrap());
    until("the file is asked about", || {
        let names = desktop.names_in("mouthpiece");
        (names.iter().any(|name| name.contains("a voice.mp4")) && names.iter().any(|name| name == "Audio track"))
            .then_some(())
    });
    desktop.close_window("Mouthpiece");
    let status = until("the program ends", || run.ended());
    assert!(status.success(), "{status}:\n{}", run.errors());
}

/// What the program loads while it runs is named twice, since no tool sees it.
#[test]
fn the_package_and_the_setup_ask_for_the_same_libraries() {
    let (deb, setup) = (text(root("packaging/deb.sh")), text(root("packaging/setup.sh")));
    let between = |text: &str, from: &str, to: &str| {
        let rest = &text[text.find(from).unwrap() + from.len()..];
        rest[..rest.find(to).unwrap()].to_owned()
    };
    let loaded = between(&deb, "\nloaded=\"", "\"").replace("\\\n", "");
    let loaded: BTreeSet<&str> = loaded.split(", ").map(str::trim).collect();
    let recommended = between(&deb, "Recommends: ", "\n");
    let recommended: BTreeSet<&str> = recommended.split(", ").filter(|name| !name.contains('|')).collect();
    let run = between(&setup, "\nrun=(", "\n)");
    let run: BTreeSet<&str> =
        run.lines().flat_map(|line| line.split('#').next().unwrap_or_default().split_whitespace()).collect();
    // A portal belongs to the desktop.
    let with: BTreeSet<&str> =
        loaded.union(&recommended).copied().filter(|name| *name != "xdg-desktop-portal").collect();
    assert_eq!(run, with);
}

/// The version and its day are told in four places.
#[test]
fn all_that_names_a_version_names_this_one() {
    let version = env!("CARGO_PKG_VERSION");
    let changes = text(root("packaging/CHANGELOG.md"));
    let head = changes.lines().find_map(|line| line.strip_prefix("## ")).unwrap();
    let (newest, day) = head.split_once(" (").unwrap();
    assert_eq!(newest, version);
    let facts = text(root(&format!("packaging/linux/{ID}.metainfo.xml")));
    let release = facts.lines().find(|line| line.contains("<release ")).unwrap().trim();
    assert_eq!(release, format!("<release version=\"{version}\" date=\"{}\"/>", day.trim_end_matches(')')));
    assert!(facts.contains(&format!("<id>{ID}</id>")) && facts.contains(&format!(">{ID}.desktop</launchable>")));
}

/// The tools of the desktops approve what they read; where they are not installed they are not asked.
#[test]
fn the_entry_and_the_facts_are_valid() {
    if is_here("desktop-file-validate") || Path::new("/usr/bin/desktop-file-validate").exists() {
        let output = ran(Command::new("desktop-file-validate").arg(root(&format!("packaging/linux/{ID}.desktop"))));
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    }
    if is_here("appstreamcli") {
        let facts = root(&format!("packaging/linux/{ID}.metainfo.xml"));
        ran(Command::new("appstreamcli").args(["validate", "--no-net"]).arg(facts));
    }
}
