//! Addresses that come from outside (uploads, previews, outputs, redirects) are not trusted: https or the service's
//! own origin, and never a computer of this network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Origin, Url};

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// To the configured service itself, wherever that runs.
    Own,
    /// Out into the world.
    Outside,
}

/// What may be visited.
pub(super) struct Trust {
    own: Vec<Origin>,
    /// Hosts of the proxies in the environment. They may lie in this network, but no answer may send us there.
    proxies: Vec<String>,
}

impl Trust {
    pub fn new(own: Vec<Origin>) -> Self {
        Self { own, proxies: proxies() }
    }

    /// Where an address from an answer leads, or why it is not visited, in words that follow "it points to".
    pub fn place(&self, url: &Url) -> Result<Place, &'static str> {
        if self.own.contains(&url.origin()) {
            return Ok(Place::Own);
        }
        if url.scheme() != "https" {
            return Err("an address without encryption");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("an address with a password in it");
        }
        let here = "a computer of this network";
        match url.host() {
            Some(Host::Ipv4(ip)) if is_public(ip.into()) => Ok(Place::Outside),
            Some(Host::Ipv6(ip)) if is_public(ip.into()) => Ok(Place::Outside),
            Some(Host::Domain(name)) if self.is_public_name(name) => Ok(Place::Outside),
            _ => Err(here),
        }
    }

    /// Names that are never of the world; what all others stand for is looked at once it is known.
    fn is_public_name(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let local = ["localhost", "local", "internal", "intranet", "lan", "home.arpa"];
        let is_local = |end: &str| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        name.contains('.') && !local.into_iter().any(is_local) && !self.proxies.contains(&name)
    }

    /// What finds the addresses of names outside.
    pub fn resolver(&self) -> PublicOnly {
        PublicOnly { proxies: self.proxies.clone() }
    }
}

/// Finds only addresses of the world behind a name: a name anybody can register may stand for this computer. What it
/// finds is what is connected to, so the name can't change its mind in between.
pub(super) struct PublicOnly {
    proxies: Vec<String>,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let is_proxy = self.proxies.iter().any(|proxy| proxy.eq_ignore_ascii_case(name.as_str()));
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<_> = found.into_iter().filter(|found| is_proxy || is_public(found.ip())).collect();
            if public.is_empty() {
                return Err("the name stands for a computer of this network".into());
            }
            let public: Addrs = Box::new(public.into_iter());
            Ok(public)
        })
    }
}

/// The hosts named in the variables that set a proxy.
fn proxies() -> Vec<String> {
    let names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    names.into_iter().filter_map(|name| proxy_host(&std::env::var(name).ok()?)).collect()
}

fn proxy_host(value: &str) -> Option<String> {
    let parsed = Url::parse(value).ok().filter(Url::has_host).or_else(|| Url::parse(&format!("http://{value}")).ok());
    parsed?.host_str().map(str::to_ascii_lowercase)
}

/// Whether an address belongs to the world at large.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let special = a == 192 && b == 0 && c == 0;
    let benchmark = a == 198 && (b == 18 || b == 19);
    !(a == 0
        || a >= 224
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_documentation()
        || shared
        || special
        || benchmark)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // Ways to write or to reach an IPv4 address.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            inner(high, low)
        }
        // Tunnels that hide one, and documentation.
        [0x2001, 0 | 0xdb8, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tokio::test waits for the test it runs")]
mod tests {
    use super::*;

    fn trust(base: &str) -> Trust {
        Trust { own: vec![Url::parse(base).unwrap().origin()], proxies: vec!["proxy.example".to_owned()] }
    }

    fn place(base: &str, url: &str) -> Result<Place, &'static str> {
        trust(base).place(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_the_world_over_https_and_the_service_itself_are_visited() {
        let base = "https://api.sync.so";
        for (url, expected) in [
            ("https://api.sync.so/a", Ok(Place::Own)),
            ("https://assets.sync.so/a.mp4", Ok(Place::Outside)),
            ("https://bucket.s3.amazonaws.com/a?b", Ok(Place::Outside)),
            ("https://8.8.8.8/a", Ok(Place::Outside)),
            ("https://[2606:4700::1111]/a", Ok(Place::Outside)),
            ("http://assets.sync.so/a.mp4", Err("an address without encryption")),
            ("ftp://assets.sync.so/a.mp4", Err("an address without encryption")),
            ("https://me:pw@assets.sync.so/", Err("an address with a password in it")),
        ] {
            assert_eq!(place(base, url), expected, "{url}");
        }
        for here in [
            "localhost",
            "a.localhost",
            "LOCALHOST.",
            "printer.local",
            "metadata.google.internal",
            "nas",
            "router.lan",
            "127.0.0.1",
            "127.9.9.9",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:10.0.0.1]",
            "[fe80::1]",
            "[fd00::1]",
            "[ff02::1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:0:1::1]",
            "[2001:db8::1]",
            "[::127.0.0.1]",
            "proxy.example",
        ] {
            assert_eq!(place(base, &format!("https://{here}/a")), Err("a computer of this network"), "{here}");
        }
    }

    #[test]
    fn a_base_on_this_computer_opens_no_other_door_on_it() {
        let base = "http://127.0.0.1:4010";
        assert_eq!(place(base, "http://127.0.0.1:4010/files/a"), Ok(Place::Own));
        for other in ["http://127.0.0.1:4011/a", "http://localhost:4010/a", "https://127.0.0.1:4010/a"] {
            assert!(place(base, other).is_err(), "{other}");
        }
    }

    #[tokio::test]
    async fn a_name_that_stands_for_this_computer_is_not_found() {
        let resolver = trust("https://api.sync.so").resolver();
        let error = resolver.resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert_eq!(error.to_string(), "the name stands for a computer of this network");
    }

    #[tokio::test]
    async fn a_proxy_may_be_of_this_network_but_no_answer_leads_to_it() {
        let trust = Trust { own: vec![], proxies: vec!["localhost".to_owned()] };
        assert!(trust.resolver().resolve("localhost".parse().unwrap()).await.is_ok());
        assert!(trust.place(&Url::parse("https://localhost/").unwrap()).is_err());
        assert_eq!(proxy_host("http://user:pw@Proxy.corp:3128/").as_deref(), Some("proxy.corp"));
        assert_eq!(proxy_host("proxy.corp:3128").as_deref(), Some("proxy.corp"));
    }
}
