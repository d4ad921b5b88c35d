//! Hashing passwords, so that whoever reads the file has to try them one by one, and slowly.

use acaso_shared::ids::Password;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

/// Memory for one hash in KiB: OWASP's first recommendation for argon2id with two passes. What a cracker's card runs in
/// parallel is bounded by its memory, and two at once cost this server 38 MB.
const MEMORY_KIB: u32 = 19 * 1024;

/// Passes over that memory; with the above some 30 ms of one core.
const PASSES: u32 = 2;

/// Threads for one hash: the other cores have people to serve.
const LANES: u32 = 1;

/// The hash of a password that nobody knows, made as all others are: what is compared with where there is no account.
pub(crate) const DECOY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$DiQfkkfLEdFIwN5aHRTucQ$TU7igjjYo9P2g20eP1IQQoiuRf9306HAHH9vlRtf7vA";

/// The hash to keep, with its parameters and a salt of its own (a PHC string).
pub(crate) fn hash(password: &Password) -> String {
    let hashed: Result<PasswordHash, _> = argon2().hash_password(password.as_str().as_bytes());
    // The kernel's generator fails only before it was ever seeded, at boot, and a password of any length can be hashed.
    hashed
        .expect("the operating system has random numbers")
        .to_string()
}

/// Whether the hash is that password's, in a time that does not tell how nearly. A damaged hash is nobody's.
pub(crate) fn fits(password: &Password, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        argon2()
            .verify_password(password.as_str().as_bytes(), &hash)
            .is_ok()
    })
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters above are in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[test]
    fn a_password_fits_its_own_hash_only_and_no_two_hashes_are_alike() {
        let kept = hash(&password("correct horse"));
        assert!(fits(&password("correct horse"), &kept));
        assert!(!fits(&password("correct horse "), &kept));
        assert_ne!(hash(&password("correct horse")), kept);
        assert!(!fits(&password("correct horse"), "damaged"));
    }

    #[test]
    fn comparing_with_the_decoy_is_as_much_work_as_with_any_other() {
        let parameters = |hash: &str| hash.rsplitn(3, '$').nth(2).map(str::to_owned);
        let kept = hash(&password("x"));
        assert_eq!(parameters(DECOY), parameters(&kept));
        assert_eq!(DECOY.len(), kept.len());
        assert!(parameters(DECOY).unwrap().contains("argon2id") && PasswordHash::new(DECOY).is_ok());
    }
}
