// Reads formulas from standard input, one JSON object a line, and answers each with a line; ends when the input ends.
const katex = require("./katex.min.js");
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { tex, options } = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(tex, options) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
