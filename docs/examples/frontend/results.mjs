// A result is the object that was asked for, or a problem that the caller can foresee. A later release may add members.
const isProblem = (result) => typeof result?.code === 'string' && typeof result?.message === 'string';

export function shown(result, { object, problem, unknown }) {
  if (isProblem(result)) return problem(result); // go by `code`; `message` is for people, in their language
  return object[result.__typename]?.(result) ?? unknown(result);
}
