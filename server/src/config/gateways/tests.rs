//! Which gateways are configured, and what is refused.

use super::*;

#[test]
fn a_flag_names_the_chat_and_perhaps_the_port() {
    assert_eq!(parse_classic("pychat"), Ok((Classic::Pychat, Switch::Usual)));
    assert_eq!(
        parse_classic("pychat=1100"),
        Ok((Classic::Pychat, Switch::Port(1100)))
    );
    assert_eq!(parse_classic("pychat=off"), Ok((Classic::Pychat, Switch::Off)));
    for wrong in ["", "pychatt", "pychat=", "pychat=70000", "pychat=on"] {
        assert!(parse_classic(wrong).unwrap_err().contains("pychat"), "{wrong}");
    }
}

#[test]
fn what_is_off_is_not_opened_and_the_lobbys_own_port_is_shared() {
    let at = |switch| gateways(&DecidedGateways::from([(Classic::Pychat, switch)]), 1025);
    let pychat = |port| {
        [Gateway {
            classic: Classic::Pychat,
            port,
        }]
    };
    assert_eq!(at(Switch::Off), []);
    assert_eq!(at(Switch::Usual), pychat(None));
    assert_eq!(at(Switch::Port(1025)), pychat(None));
    assert_eq!(at(Switch::Port(1100)), pychat(Some(1100)));
}

fn own(classic: Classic, port: u16) -> Gateway {
    Gateway {
        classic,
        port: Some(port),
    }
}

fn beside(rooms: &Rooms) -> Beside<'_> {
    Beside {
        ports: vec![1025],
        rooms,
        access: Access::Open,
        has_plazas: true,
        is_plain: false,
    }
}

#[test]
fn what_cannot_be_is_told() {
    let (doors, behind_one) = (Rooms::default(), Rooms::Shared(1026..=9999));
    let refused = |gateways: &[Gateway], beside| check(gateways, beside).unwrap_err();
    let shared = Gateway {
        classic: Classic::Pychat,
        port: None,
    };
    let pychat = own(Classic::Pychat, 1100);
    assert_eq!(check(&[shared, pychat], beside(&doors)), Ok(()));
    let any = own(Classic::Pychat, 0);
    assert_eq!(check(&[any, any], beside(&doors)), Ok(()));
    assert_eq!(
        refused(&[pychat], beside(&behind_one)),
        BadGateway::NoDoors(Classic::Pychat)
    );
    for (gateways, port) in [
        (vec![own(Classic::Pychat, 1025)], 1025),
        (vec![pychat, pychat], 1100),
    ] {
        let classic = Classic::Pychat;
        assert_eq!(
            refused(&gateways, beside(&doors)),
            BadGateway::SamePort { classic, port }
        );
    }
}

#[test]
fn what_leads_into_a_plaza_needs_one_and_what_is_under_tls_needs_a_certificate() {
    let doors = Rooms::default();
    let without = |classic| {
        let beside = Beside {
            has_plazas: false,
            is_plain: true,
            ..beside(&doors)
        };
        check(&[own(classic, 2000)], beside)
    };
    assert_eq!(without(Classic::Pychat), Ok(()));
    for classic in [
        Classic::PythonChat,
        Classic::Aiochat,
        Classic::Web,
        Classic::AiochatH3,
        Classic::Jubilant,
    ] {
        assert_eq!(without(classic), Err(BadGateway::NoPlaza(classic)));
        let plain = Beside {
            is_plain: true,
            ..beside(&Rooms::Shared(1026..=9999))
        };
        let under_tls = matches!(classic, Classic::AiochatH3 | Classic::Jubilant);
        let expected = if under_tls {
            Err(BadGateway::NoTls(classic))
        } else {
            Ok(())
        };
        assert_eq!(check(&[own(classic, 2000)], plain), expected);
    }
}

#[test]
fn what_is_asked_must_be_something_that_the_client_can_say() {
    let doors = Rooms::default();
    let asked = |classic, access| {
        let beside = Beside {
            access,
            ..beside(&doors)
        };
        check(&[own(classic, 2000)], beside)
    };
    for classic in Classic::ALL {
        assert_eq!(asked(classic, Access::Open), Ok(()));
        let (password, accounts) = match classic {
            Classic::Jubilant => (BadGateway::NoAccounts(classic), Ok(())),
            _ => (BadGateway::NoLogin(classic), Err(BadGateway::NoLogin(classic))),
        };
        assert_eq!(asked(classic, Access::Password), Err(password));
        assert_eq!(asked(classic, Access::Accounts), accounts);
    }
}
