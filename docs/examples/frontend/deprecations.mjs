// Which deprecated fields a document still uses: run it over your documents whenever the supergraph's number rises.
import { buildSchema, NoDeprecatedCustomRule, parse, validate } from 'graphql';

export function deprecated(sdl, document) {
  return validate(buildSchema(sdl), parse(document), [NoDeprecatedCustomRule]).map(({ message }) => message);
}
