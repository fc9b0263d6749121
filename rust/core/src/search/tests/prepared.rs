//! A prepared plan answers as the plan does, however often, and many of them at once answer as one by one.

use std::time::Duration;

use super::*;

fn indexed() -> Indexed {
    let texts: Vec<String> = (0..300).map(|n| format!("нефть{} газ {}", " газа".repeat(n % 7), n % 10)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Indexed::new(&[bodies(&texts[..200]), bodies(&texts[200..])], &[7, 250])
}

fn plans() -> Vec<Plan> {
    vec![
        word("газ"),
        any_of(vec![word("нефть"), word("3")], 1),
        any_of(vec![word("нефть"), word("3")], 2),
        Plan::Phrase { fields: in_body(&["нефть", "газ"]), slop: 1 },
        Plan::Everything,
        word("уголь"),
    ]
}

fn prepared(indexed: &Indexed, plan: &Plan, request: Request) -> Arc<Prepared> {
    Arc::new(Prepared::new(indexed.snapshot.clone(), Arc::new(plan.clone()), None, request))
}

fn late() -> Request {
    Request { timeout: Some(Duration::ZERO), ..Request::default() }
}

#[test]
fn a_prepared_plan_finds_page_by_page_what_the_plan_finds() {
    let indexed = indexed();
    for plan in plans() {
        for filter in [None, Some(word("3"))] {
            let request = Request { count: true, filter: filter.clone(), ..Request::default() };
            let all = indexed.search(&plan, &Request { limit: 400, ..request.clone() });
            let (plan, filter) = (Arc::new(plan.clone()), filter.map(Arc::new));
            let prepared = Prepared::new(indexed.snapshot.clone(), plan, filter, Request { filter: None, ..request });
            let pages = (0..4).flat_map(|page| prepared.search(100, page * 100, None).unwrap().hits);
            assert_eq!(pages.collect::<Vec<Hit>>(), all.hits);
            assert_eq!(prepared.search(400, 0, None).unwrap(), all);
        }
    }
}

#[test]
fn a_prepared_plan_is_explained_and_marked_as_the_plan_is_whatever_the_filter() {
    let indexed = indexed();
    let address = Address { segment: 0, document: 4 };
    for plan in plans() {
        let filter = Some(Arc::new(word("3")));
        let prepared = Prepared::new(indexed.snapshot.clone(), Arc::new(plan.clone()), filter, Request::default());
        let expected = explain(&indexed.snapshot, &plan, address, 1.2, 0.75).unwrap();
        assert_eq!(prepared.explain(address).unwrap(), expected);
        let expected = marks(&indexed.snapshot, &plan, BODY, "Нефть, газ 3").unwrap();
        assert_eq!(prepared.marks(BODY, "Нефть, газ 3").unwrap(), expected);
    }
}

#[test]
fn a_search_out_of_time_leaves_the_plan_as_it_was() {
    let indexed = indexed();
    let prepared = prepared(&indexed, &word("газ"), late());
    for _ in 0..2 {
        assert!(matches!(prepared.search(10, 0, None), Err(Error::Timeout { .. })));
    }
}

#[test]
fn many_at_once_find_what_each_finds_in_the_order_of_adding() {
    let indexed = indexed();
    for threads in [0, 1, 2, 5] {
        let mut searches = Searches::new(threads, 20);
        let request = Request { limit: 20, ..Request::default() };
        let expected: Vec<Outcome> =
            (0..40).flat_map(|_| plans()).map(|plan| indexed.search(&plan, &request)).collect();
        for plan in (0..40).flat_map(|_| plans()) {
            searches.add(prepared(&indexed, &plan, Request::default()));
        }
        let found = searches.finish(&Stop::new(|| false)).unwrap();
        assert_eq!(found.into_iter().map(|(outcome, _)| outcome).collect::<Vec<_>>(), expected);
    }
    assert!(Searches::new(3, 10).finish(&Stop::new(|| false)).unwrap().is_empty());
}

#[test]
fn the_error_of_the_first_that_has_one_comes_out() {
    let indexed = indexed();
    let impossible = Plan::Word(vec![]);
    for threads in [1, 3] {
        let mut searches = Searches::new(threads, 10);
        for _ in 0..50 {
            searches.add(prepared(&indexed, &word("газ"), Request::default()));
        }
        searches.add(prepared(&indexed, &word("газ"), late()));
        for _ in 0..50 {
            searches.add(prepared(&indexed, &impossible, Request::default()));
        }
        assert!(matches!(searches.finish(&Stop::new(|| false)), Err(Error::Timeout { .. })));
    }
}

#[test]
fn the_caller_can_stop_them_and_can_leave_them() {
    let indexed = indexed();
    for threads in [1, 3] {
        let mut searches = Searches::new(threads, 10);
        // A search that fails makes the caller be asked at once.
        searches.add(prepared(&indexed, &word("газ"), late()));
        assert!(matches!(searches.finish(&Stop::new(|| true)), Err(Error::Interrupted)));

        let mut searches = Searches::new(threads, 10);
        for _ in 0..100 {
            searches.add(prepared(&indexed, &word("газ"), Request::default()));
        }
        drop(searches);
    }
}
