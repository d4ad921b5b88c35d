//! Who is kept, who is forgotten, and what becomes of a file that is broken or cannot be written.

use std::fs;

use jiff::civil::date;

use super::*;

fn person(name: &str) -> Acquaintance {
    Acquaintance {
        name: Name::parse(name).unwrap(),
        server: "[2001:db8::7]:2000".parse().unwrap(),
        code: Code::lasting(),
        since: date(2026, 3, 14),
    }
}

fn keep(person: &Acquaintance) -> Wish {
    Wish::Keep(person.clone())
}

fn file(directory: &tempfile::TempDir) -> AcquaintancesFile {
    AcquaintancesFile::within(&directory.path().join("made when needed"))
}

#[test]
fn who_was_kept_is_there_again_until_forgotten() {
    let directory = tempfile::tempdir().unwrap();
    let file = file(&directory);
    assert_eq!(file.carry_out(&Wish::Look), Ok(vec![]), "nothing there yet");
    let (marina, rui) = (person("Marina \"M\" 🌻"), person("Rui"));
    file.carry_out(&keep(&marina)).unwrap();
    file.carry_out(&keep(&rui)).unwrap();
    assert_eq!(file.carry_out(&Wish::Look), Ok(vec![rui.clone(), marina.clone()]));
    assert_eq!(file.carry_out(&Wish::Forget(marina.code)), Ok(vec![rui.clone()]));
    assert_eq!(file.carry_out(&Wish::Look), Ok(vec![rui]));
}

#[test]
fn what_another_version_wrote_is_skipped_and_stays_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let file = file(&directory);
    let (marina, rui) = (person("Marina"), person("Rui"));
    file.carry_out(&keep(&marina)).unwrap();
    let code = &marina.code;
    let ours = fs::read_to_string(file.file.path()).unwrap();
    let theirs = "[[people]]\nname = \"Bia\"\ncode = \"longer than ours\"\nalso = { a = 1 }\n";
    let changed = ours.replace("name =", "colour = \"blue\"\nname =");
    fs::write(file.file.path(), format!("shape = 2\n{changed}{theirs}")).unwrap();
    assert_eq!(file.carry_out(&Wish::Look), Ok(vec![marina.clone()]));
    assert_eq!(file.carry_out(&keep(&rui)), Ok(vec![rui.clone(), marina.clone()]));
    let table: Table = fs::read_to_string(file.file.path()).unwrap().parse().unwrap();
    assert_eq!(table["shape"].as_integer(), Some(2));
    let rows = table[PEOPLE].as_array().unwrap();
    assert_eq!(rows[1]["colour"].as_str(), Some("blue"));
    assert_eq!(rows[2]["code"].as_str(), Some("longer than ours"));
    assert_eq!(rows[2]["also"]["a"].as_integer(), Some(1));
    assert_eq!(file.carry_out(&Wish::Forget(code.clone())), Ok(vec![rui]));
}

#[cfg(unix)]
#[test]
fn nobody_else_on_this_computer_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let file = file(&directory);
    file.carry_out(&keep(&person("Marina"))).unwrap();
    let mode = fs::metadata(file.file.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_broken_file_is_set_aside_and_nothing_of_it_is_lost() {
    for broken in ["people = [", "people = \"Marina\"\n", "\u{0}"] {
        let directory = tempfile::tempdir().unwrap();
        let file = file(&directory);
        file.carry_out(&keep(&person("Rui"))).unwrap();
        fs::write(file.file.path(), broken).unwrap();
        let Err(AcquaintancesError::SetAside { kept }) = file.carry_out(&keep(&person("Ana"))) else {
            panic!("{broken:?} was taken for a list of people");
        };
        assert_eq!(fs::read_to_string(kept).unwrap(), broken);
        assert_eq!(file.carry_out(&keep(&person("Ana"))).unwrap().len(), 1);
    }
}

#[test]
fn what_is_broken_is_set_aside_by_a_look_too_once_no_other_window_is_at_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = file(&directory);
    let lock = file.file.lock().unwrap();
    fs::write(file.file.path(), "people = [").unwrap();
    let looking = std::thread::spawn({
        let file = file.clone();
        move || file.carry_out(&Wish::Look)
    });
    // The other window mends it before it lets go; whether the look has begun by then makes no difference.
    fs::write(file.file.path(), "").unwrap();
    drop(lock);
    assert_eq!(looking.join().unwrap(), Ok(vec![]));
}

#[test]
fn nobody_is_forgotten_for_somebody_else() {
    let people: Vec<_> = (0..ACQUAINTANCES_MAX).map(|_| person("Marina")).collect();
    let rows = Value::Array(people.iter().map(Row::of).collect());
    let mut table = Table::from_iter([(PEOPLE.to_owned(), rows)]);
    let full = change(&mut table, &keep(&person("Rui")));
    assert_eq!(full, Err(AcquaintancesError::Full));
    assert_eq!(change(&mut table, &keep(people.first().unwrap())), Ok(()));
    assert_eq!(people_in(&table).map(|p| p.len()), Some(ACQUAINTANCES_MAX));
}

#[test]
fn what_cannot_be_written_is_said_and_nothing_is_printed_that_is_secret() {
    let directory = tempfile::tempdir().unwrap();
    let occupied = directory.path().join("a file where a directory should be");
    fs::write(&occupied, "").unwrap();
    let file = AcquaintancesFile::within(&occupied);
    let marina = person("Marina");
    let error = file.carry_out(&keep(&marina)).unwrap_err();
    assert!(
        error.to_string().contains("a file where a directory should be"),
        "{error}"
    );
    let printed = format!("{:?} {:?}", keep(&marina), marina);
    assert!(!printed.contains("Marina") && !printed.contains(marina.code.words()[0]));
}

#[tokio::test]
async fn a_wish_left_is_carried_out_although_the_window_has_gone() {
    let directory = tempfile::tempdir().unwrap();
    let file = file(&directory);
    let (mut handle, task) = AcquaintancesHandle::new(file.clone(), || {});
    let marina = person("Marina");
    handle.ask(keep(&marina));
    drop(handle);
    task.await;
    assert_eq!(file.carry_out(&Wish::Look), Ok(vec![marina]));
}

#[tokio::test]
async fn every_wish_has_an_answer() {
    let directory = tempfile::tempdir().unwrap();
    let (woken, mut heard) = mpsc::channel(WISHES_MAX);
    let (mut handle, task) = AcquaintancesHandle::new(file(&directory), move || {
        woken.try_send(()).ok();
    });
    // More than are taken before the first is carried out: none of them is without an answer.
    for _ in 0..=WISHES_MAX {
        handle.ask(Wish::Look);
    }
    let refused = handle.hear().map(|answer| answer.people);
    assert_eq!(refused, Some(Err(AcquaintancesError::Busy)));
    let task = tokio::spawn(task);
    for _ in 0..WISHES_MAX {
        heard.recv().await.unwrap();
        assert_eq!(handle.hear().map(|answer| answer.people), Some(Ok(vec![])));
    }
    drop(handle);
    task.await.unwrap();
}
