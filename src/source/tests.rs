use std::{fs, path::Path};

use super::*;
use crate::{
    config::Settings,
    diag::{Code, Diagnosed},
};

fn settings(root: &Path, content: &Path) -> Settings {
    Settings {
        root: root.to_path_buf(),
        content_dir: content.to_path_buf(),
        output_dir: root.join("public"),
        has_config: true,
        max_file_bytes: 1000,
        ..Settings::default()
    }
}

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let file = root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

#[track_caller]
fn check(scan: &Diagnosed<Scan>, sources: &[&str], assets: &[&str], codes: &[(&str, Code)]) {
    let paths: Vec<&str> = scan.value.sources.iter().map(|source| &*source.path).collect();
    assert_eq!(paths, sources, "documents");
    let paths: Vec<&str> = scan.value.assets.iter().map(|asset| &*asset.path).collect();
    assert_eq!(paths, assets, "other files");
    let found: Vec<_> = scan.diagnostics.iter().map(|finding| (finding.path.as_deref().unwrap_or(""), finding.code)).collect();
    assert_eq!(found, codes, "diagnostics");
}

#[test]
fn documents_and_other_files_come_in_order_of_path() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        &[
            ("src/b.md", "# B"),
            ("src/a/z.markdown", "# Z"),
            ("src/a/graph.png", "x"),
            ("src/PM-9 Disk v1.2", "# Disk\n\n- x\n"),
            ("src/LICENSE", "# a\n\n- b"),
            ("src/.hidden/a.md", "# A"),
            ("src/b.md~", "# B"),
            ("README.md", "# outside"),
        ],
    );
    let scan = scan(&settings(dir.path(), &dir.path().join("src"))).unwrap();
    check(&scan, &["PM-9 Disk v1.2", "a/z.markdown", "b.md"], &["LICENSE", "a/graph.png"], &[]);
    assert_eq!(scan.value.skipped, 2);
}

#[test]
fn images_are_known_with_their_size_where_their_head_says_it() {
    let dir = tempfile::tempdir().unwrap();
    let svg = |attributes: &str| format!("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"{attributes}><path/></svg>");
    write(
        dir.path(),
        &[
            ("a.md", "# A"),
            ("box.svg", &svg(" viewBox=\"0 0 300 150.4\"")),
            ("both.svg", &svg(" stroke-width='9' width='64px'\nheight=\"32\" viewBox='0 0 1 1'")),
            ("none.svg", &svg(" width=\"100%\"")),
            ("torn.png", "\u{89}PN"),
            ("text.txt", "<svg width='1' height='1'>"),
        ],
    );
    // The head of a picture of 3 by 2 pixels.
    let head = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &[0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0]].concat();
    fs::write(dir.path().join("small.PNG"), head).unwrap();
    let scan = scan(&settings(dir.path(), dir.path())).unwrap();
    let sizes: Vec<_> = scan.value.assets.iter().filter_map(|asset| Some((&*asset.path, asset.pixels?))).collect();
    assert_eq!(sizes, [("both.svg", (64, 32)), ("box.svg", (300, 150)), ("small.PNG", (3, 2))]);
}

#[test]
fn what_git_ignores_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        &[
            (".git/HEAD", ""),
            (".gitignore", "drafts/\n*.log\n"),
            ("src/.gitignore", "!keep.log\n/only-here.md\n"),
            ("src/drafts/a.md", "# A"),
            ("src/a.log", "x"),
            ("src/keep.log", "x"),
            ("src/only-here.md", "# A"),
            ("src/sub/only-here.md", "# A"),
            ("src/sub/.gitignore", "*.tmp.md\n"),
            ("src/sub/x.tmp.md", "# A"),
            ("src/x.tmp.md", "# A"),
        ],
    );
    let scan = scan(&settings(dir.path(), &dir.path().join("src"))).unwrap();
    check(&scan, &["sub/only-here.md", "x.tmp.md"], &["keep.log"], &[]);
}

#[test]
fn a_project_folder_that_is_the_content_folder_leaves_its_own_files_out() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        &[
            ("a.md", "# A"),
            ("book.toml", ""),
            ("public/a.md", "# A"),
            ("site/a.md", "# A"),
            ("target/a.md", "# A"),
            ("x/node_modules/a.md", "# A"),
            ("x/site/a.md", "# A"),
        ],
    );
    let scan = scan(&settings(dir.path(), dir.path())).unwrap();
    check(&scan, &["a.md", "x/site/a.md"], &[], &[]);
}

#[test]
fn a_file_that_cannot_be_shown_is_listed_without_text() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("empty.md", " \n"), ("large.md", &"x".repeat(1001)), ("limit.md", &"x".repeat(1000))]);
    fs::write(dir.path().join("binary.md"), [0xFF, 0, 1, 2, 0xF0]).unwrap();
    let scan = scan(&settings(dir.path(), dir.path())).unwrap();
    check(
        &scan,
        &["binary.md", "empty.md", "large.md", "limit.md"],
        &[],
        &[("binary.md", Code::FileNotText), ("empty.md", Code::FileEmpty), ("large.md", Code::FileTooLarge)],
    );
    let lengths: Vec<usize> = scan.value.sources.iter().map(|source| source.text.len()).collect();
    assert_eq!(lengths, [0, 2, 0, 1000]);
}

#[cfg(unix)]
#[test]
fn links_that_loop_or_lead_outside_are_reported() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("book/src/a.md", "# A"), ("book/more/b.md", "# B"), ("outside/c.md", "# C")]);
    let (root, src) = (dir.path().join("book"), dir.path().join("book/src"));
    symlink(&src, src.join("loop")).unwrap();
    symlink(root.join("more"), src.join("more")).unwrap();
    symlink(dir.path().join("outside"), src.join("outside")).unwrap();
    symlink(dir.path().join("nothing"), src.join("nothing.md")).unwrap();
    let scan = scan(&settings(&root, &src)).unwrap();
    let unreadable = |path| (path, Code::FileUnreadable);
    check(&scan, &["a.md", "more/b.md"], &[], &[unreadable("loop"), unreadable("nothing.md"), unreadable("outside")]);
}

#[test]
fn a_missing_folder_ends_the_run_with_its_name_and_a_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let error = scan(&settings(dir.path(), &dir.path().join("nowhere"))).unwrap_err();
    assert!(error.message.contains("nowhere") && error.help.is_some(), "{error}");
}
