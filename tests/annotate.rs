//! `hindsite annotate` as a user runs it: a diff first, then the files themselves.

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;

const REPORT: &str = "# Parcels were sorted twice\r\n\r\n## Summary\r\n\r\nOn 3 May 2025 from 08:15 to 09:40 UTC parcels were sorted twice.\r\n\r\n## Root cause\r\n\r\nThe sorter's disk was full.";

fn annotate(folder: &Path, args: &[&str]) -> Output {
    Command::cargo_bin("hindsite").expect("the program is built").current_dir(folder).arg("annotate").args(args).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the output is UTF-8")
}

#[test]
fn a_diff_is_shown_then_written_and_the_second_run_finds_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("sorter.md");
    fs::write(&file, REPORT).expect("the report is written");

    let shown = annotate(folder.path(), &["sorter.md"]);
    let diff = text(&shown.stdout);
    assert!(shown.status.success() && diff.starts_with("--- a/sorter.md\n+++ b/sorter.md\n@@ "), "{diff}");
    assert!(diff.contains("+title: Parcels were sorted twice\r\n+start: 2025-05-03T08:15\r\n"), "{diff}");
    assert_eq!(fs::read_to_string(&file).expect("still there"), REPORT, "without --write nothing is written");

    make_group_writable(&file);
    let written = annotate(folder.path(), &["--write", "sorter.md"]);
    assert!(written.status.success() && written.stdout.is_empty(), "{}", text(&written.stdout));
    assert_eq!(text(&written.stderr), "1 of 1 file annotated\n");
    let after = fs::read_to_string(&file).expect("still there");
    assert!(
        after.starts_with("---\r\ntitle: Parcels were sorted twice\r\n") && after.ends_with(&format!("---\r\n\r\n{REPORT}")),
        "{after:?}"
    );
    check_group_writable(&file);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1, "no temporary file is left");

    let again = annotate(folder.path(), &["--write", "sorter.md"]);
    assert!(again.status.success() && again.stdout.is_empty());
    assert_eq!(text(&again.stderr), "0 of 1 file annotated\n");
    assert_eq!(fs::read_to_string(&file).expect("still there"), after);
}

#[test]
fn what_cannot_be_annotated_is_said_and_the_others_are_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(REPORT.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("utf16.md"), &utf16).expect("written");
    fs::write(folder.path().join("report.md"), REPORT).expect("written");
    fs::write(folder.path().join("guide.md"), "# How we answer the pager\n\nCalmly.\n").expect("written");

    let output = annotate(folder.path(), &["--write", "utf16.md", "guide.md", "report.md"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("error[PM001]: the file is UTF-16") && said.contains("note[PM014]: the document is no incident"), "{said}");
    assert!(said.contains("1 of 3 files annotated"), "{said}");
    assert_eq!(fs::read(folder.path().join("utf16.md")).expect("still there"), utf16);
    assert!(fs::read_to_string(folder.path().join("report.md")).expect("still there").starts_with("---\r\n"));

    assert_eq!(annotate(folder.path(), &["missing.md"]).status.code(), Some(2));
}

#[cfg(unix)]
fn make_group_writable(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(0o664)).expect("the permissions can be set");
}

#[cfg(unix)]
fn check_group_writable(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(fs::metadata(file).expect("still there").permissions().mode() & 0o777, 0o664);
}

#[cfg(not(unix))]
fn make_group_writable(_: &Path) {}

#[cfg(not(unix))]
fn check_group_writable(_: &Path) {}
