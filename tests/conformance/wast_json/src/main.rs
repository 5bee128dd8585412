//! wast_json FROM TO: converts each FROM/…/NAME.wast to TO/…/NAME.json and the modules it names, as
//! `wasm-tools json-from-wast` does. Files that do not parse (a file of a later proposal may be one) are named, and NAME.json
//! says why, so that the runner counts them.

use std::{env, fs, io, path::Path};
use wast::{
    Wast,
    lexer::Lexer,
    parser::{self, ParseBuffer},
};

fn convert(from: &Path, to: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let text = fs::read_to_string(from)?;
    let mut lexer = Lexer::new(&text);
    lexer.allow_confusing_unicode(true); // names.wast means it
    let buffer = ParseBuffer::new_with_lexer(lexer)?;
    let script = parser::parse::<Wast>(&buffer)?;
    let name = from.to_string_lossy();
    let converted = json_from_wast::Wast::from_ast(&name, &text, script)?;
    let folder = to.parent().ok_or("no folder")?;
    fs::create_dir_all(folder)?;
    for (file, bytes) in &converted.wasms {
        fs::write(folder.join(file), bytes)?;
    }
    Ok(fs::write(to, serde_json::to_string(&converted)?)?)
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    let [_, from, to] = arguments.as_slice() else {
        return Err(io::Error::other("usage: wast_json FROM TO"));
    };
    let (from, to) = (Path::new(from), Path::new(to));
    let mut folders = vec![from.to_path_buf()];
    let (mut converted, mut refused) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "wast") {
                let relative = path.strip_prefix(from).expect("it was found there");
                let json = to.join(relative).with_extension("json");
                match convert(&path, &json) {
                    Ok(()) => converted += 1,
                    Err(error) => {
                        refused += 1;
                        println!("{}: {error}", relative.display());
                        fs::create_dir_all(json.parent().expect("it lies in a folder"))?;
                        let reason = serde_json::json!({"not_converted": error.to_string()});
                        fs::write(&json, reason.to_string())?;
                    }
                }
            }
        }
    }
    println!("{converted} files converted, {refused} not");
    Ok(())
}
