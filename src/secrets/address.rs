//! Where a key may be sent.

use url::{Host, Url};

/// Where the API is, unless another place is named.
pub const SERVICE: &str = "https://api.sync.so";

/// Where the API is served; blank means [`SERVICE`]. The key is sent there, so the way must be encrypted or not leave
/// this computer.
///
/// # Errors
/// What is wrong with the address, as the rest of a sentence.
pub fn base_url(asked: Option<&str>) -> Result<Url, &'static str> {
    let text = asked.map(str::trim).filter(|text| !text.is_empty()).unwrap_or(SERVICE);
    let Ok(url) = Url::parse(text) else { return Err("it is not a web address") };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err("it is not a web address"),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => return Err("http sends the key unencrypted; it is only for this computer (127.0.0.1)"),
        _ => return Err("it is neither https nor http"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a “?” or “#” in it");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_out_encrypted_or_stays_here() {
        for good in [
            "https://api.sync.so",
            "https://proxy.example/sync",
            "http://127.0.0.1:8080",
            "http://[::1]:1/",
            "http://localhost:3000",
        ] {
            assert!(base_url(Some(good)).is_ok(), "{good}");
        }
        for blank in [None, Some(""), Some(" ")] {
            assert_eq!(base_url(blank).unwrap().as_str(), "https://api.sync.so/");
        }
        for bad in [
            "http://api.sync.so",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://192.168.1.4",
            "ftp://127.0.0.1",
            "file:///etc",
            "api.sync.so",
            "https://",
            "https://user:pass@api.sync.so",
            "https://api.sync.so/?key=1",
            "https://api.sync.so/#v2",
        ] {
            assert!(base_url(Some(bad)).is_err(), "{bad}");
        }
    }
}
