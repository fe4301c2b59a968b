import js from "@eslint/js";

export default [
  js.configs.recommended,
  {
    rules: {
      // TypeScript knows the browser's names better.
      "no-undef": "off",
      "max-lines": ["error", { max: 300 }],
      "max-lines-per-function": ["error", { max: 40 }],
    },
  },
];
