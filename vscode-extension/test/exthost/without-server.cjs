// The negative control: with a server that ends at once this must fail, or the tests beside it see things that are not there.

const { runTests } = require("./index.cjs");

exports.run = () => runTests(["a mistake is told, and is gone as soon as it is mended in the text"]);
