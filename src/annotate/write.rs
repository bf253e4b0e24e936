//! From bytes on disk to a source and back: every byte that is not added stays as it is.

use std::{fs, io::Write as _, path::Path};

use crate::{
    diag::{Code, Diagnostic, Error, Result},
    source::Source,
};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Returns the source that is `bytes`, listed as `path`; why not, where it could not be written back byte for byte.
pub fn read_bytes(path: &str, bytes: &[u8]) -> std::result::Result<Source, Diagnostic> {
    let refusal = |message: &str| {
        Err(Diagnostic::error(Code::FileNotText, None, message).help("save it as UTF-8, then annotate it").in_file(path.into()))
    };
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return refusal("the file is UTF-16, and only UTF-8 is annotated");
    }
    if bytes.contains(&0) {
        return refusal("the file is not text");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Source::from_text(path, text)),
        Err(_) => refusal("the file is not UTF-8, so it could not be kept byte for byte"),
    }
}

/// Returns the bytes of `text` in place of `original`, with a byte order mark where that had one.
pub fn encode(original: &[u8], text: &str) -> Vec<u8> {
    let mark = if original.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { b"" };
    [mark, text.as_bytes()].concat()
}

/// Puts `bytes` in place of `file` in one step, with its permissions: whoever reads it sees the old or the new text, never a part.
/// A link stays a link. A file that may not be written is left alone, though its folder would allow to replace it.
pub fn replace_file(file: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |cause: std::io::Error| Error::io("write", file, &cause);
    let real = fs::canonicalize(file).map_err(failed)?;
    let permissions = fs::metadata(&real).map_err(failed)?.permissions();
    if permissions.readonly() {
        return Err(Error::new(format!("cannot write {}: it is read-only", file.display())));
    }
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".hindsite-").tempfile_in(folder).map_err(failed)?;
    temporary.write_all(bytes).and_then(|()| temporary.as_file().sync_all()).map_err(failed)?;
    fs::set_permissions(temporary.path(), permissions).map_err(failed)?;
    temporary.persist(&real).map_err(|error| failed(error.error))?;
    Ok(())
}
