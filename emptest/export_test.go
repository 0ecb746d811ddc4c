package emptest

// Failure is for the tests that see the kit as its users do.
var Failure = failure
