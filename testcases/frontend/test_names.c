/* A function that is named like a test. */
int test_it(void) { return 0; }
int real(void) { return test_it(); }
