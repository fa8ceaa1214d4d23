//! Lists `chapters/`, so that a new chapter's script is found where it lies.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=chapters");
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("chapters");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the folder of the chapters' scripts")
        .flatten()
        .filter(|entry| entry.path().join("mod.rs").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    let mut code = String::new();
    for name in &names {
        let file = folder.join(name).join("mod.rs");
        code += &format!("#[path = {file:?}]\npub mod {name};\n");
    }
    let calls: Vec<String> = names
        .iter()
        .map(|name| format!("{name}::CHAPTER"))
        .collect();
    code += "/// Every chapter, in the book's order.\n";
    code += &format!(
        "pub const ALL: &[crate::chapter::Chapter] = &[{}];\n",
        calls.join(", ")
    );
    let out = env::var("OUT_DIR").expect("set by cargo");
    fs::write(Path::new(&out).join("chapters.rs"), code).expect("a writable target directory");
}
