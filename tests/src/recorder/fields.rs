//! What the lines of a head mean: one form for all that say the same (RFC 9110).

use super::agreement;

/// The headers of which several lines mean one list (RFC 9110, section 5.3), as far
/// as the chapters speak of them, each in one line.
pub fn joined(headers: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    const LISTS: [&str; 3] = ["connection", "sec-websocket-extensions", "upgrade"];
    let mut one: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, value) in headers {
        let known = one.iter_mut().find(|(known, _)| known == name);
        match known.filter(|(known, _)| LISTS.contains(&known.as_str())) {
            Some((_, list)) => list.extend([b", ", &value[..]].concat()),
            None => one.push((name.clone(), value.clone())),
        }
    }
    one
}

/// Headers whose values compare without case, or as a set, in one form.
pub fn by_meaning(name: &str, value: &[u8], status: u16) -> Vec<u8> {
    let text = String::from_utf8_lossy(value);
    let mut items: Vec<String> = text.split(',').map(|item| item.trim().to_owned()).collect();
    match name {
        "upgrade" => agreement::protocols(&items, status).into_bytes(),
        // RFC 9110, section 7.6.1: options; those beside the one that matters are free.
        "connection" => {
            items
                .iter_mut()
                .for_each(|item| item.make_ascii_lowercase());
            let upgrade = items.iter().any(|item| item == "upgrade");
            if upgrade {
                b"upgrade".to_vec()
            } else {
                items.join(", ").into_bytes()
            }
        }
        _ => value.to_vec(),
    }
}

/// The reason phrase that a status has in RFC 9110, as far as the chapters meet it.
pub fn usual_reason(status: u16) -> Option<&'static str> {
    Some(match status {
        101 => "Switching Protocols",
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        426 => "Upgrade Required",
        500 => "Internal Server Error",
        _ => return None,
    })
}
