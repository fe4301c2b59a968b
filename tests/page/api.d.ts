// The API as the page's modules name it: `openapi` is made of the OpenAPI document by `make page`.
import type { paths } from "./openapi";

export type * from "./openapi";

type JsonOf<Response> = Response extends { content: { "application/json": infer Content } }
  ? Content
  : never;

/** What a GET of the path may ask. */
export type Query<Path extends keyof paths> = paths[Path] extends {
  get: { parameters: { query?: infer Parameters } };
}
  ? [Parameters & {}] extends [never]
    ? {}
    : Parameters & {}
  : never;

/** What a POST to the path carries. */
export type Body<Path extends keyof paths> = paths[Path] extends {
  post: { requestBody: infer Request };
}
  ? JsonOf<Request>
  : never;

/** What the path answers where all is well. */
export type Answer<Path extends keyof paths, Method extends "get" | "post"> = paths[Path] extends {
  [Name in Method]: { responses: infer Responses };
}
  ? JsonOf<Responses[keyof Responses & (200 | 201)]>
  : never;

export type { paths };
