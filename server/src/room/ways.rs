//! The tokens that lead back to one seat, as hashes: the newest, and the one before for as long as nobody can be sure that the
//! newest was heard.

use acaso_shared::ids::SecretHash;

/// What leads back to one seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ways {
    newest: SecretHash,
    before: Option<SecretHash>,
    /// Whether anything was heard over the link on which the newest was told: then the one before is void.
    heard: bool,
}

impl Ways {
    pub(crate) fn new(first: SecretHash) -> Self {
        Self {
            newest: first,
            before: None,
            heard: false,
        }
    }

    /// Something came over the link on which the newest was told.
    pub(crate) fn heard(&mut self) {
        self.heard = true;
    }

    /// Whether that one leads here.
    pub(crate) fn leads_back(&self, token: SecretHash) -> bool {
        token == self.newest || !self.heard && self.before == Some(token)
    }

    /// With `used` somebody came back and was told `fresh`. Returns the one that leads nowhere from now on, if there is one.
    pub(crate) fn renew(&mut self, used: SecretHash, fresh: SecretHash) -> Option<SecretHash> {
        // Who comes with the one before never heard of the newest.
        let void = if used == self.newest {
            self.before.replace(used)
        } else {
            Some(self.newest)
        };
        self.newest = fresh;
        self.heard = false;
        void
    }

    /// All that lead here or have just ceased to.
    pub(crate) fn all(&self) -> impl Iterator<Item = SecretHash> {
        [Some(self.newest), self.before].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use acaso_shared::ids::ResumeToken;

    use super::*;

    fn tokens<const N: usize>() -> [SecretHash; N] {
        std::array::from_fn(|_| ResumeToken::random().hash())
    }

    #[test]
    fn the_one_before_leads_back_until_the_newest_was_surely_heard() {
        let [first, second, other] = tokens();
        let mut ways = Ways::new(first);
        assert!(ways.leads_back(first) && !ways.leads_back(other));
        assert_eq!(ways.renew(first, second), None);
        assert!(ways.leads_back(first) && ways.leads_back(second));
        ways.heard();
        assert!(!ways.leads_back(first) && ways.leads_back(second));
    }

    #[test]
    fn whoever_never_hears_of_a_new_one_comes_back_again_and_again() {
        let [first, second, third, fourth] = tokens();
        let mut ways = Ways::new(first);
        ways.renew(first, second);
        assert_eq!(ways.renew(first, third), Some(second));
        assert!(ways.leads_back(first) && ways.leads_back(third) && !ways.leads_back(second));
        assert_eq!(ways.renew(third, fourth), Some(first));
        assert!(ways.all().eq([fourth, third]));
    }
}
