"use strict";
/* To which door a document goes. Invariant: the variables of a document that selects an encrypted field never go to the
   gateway: it is asked with the document alone, refuses with ASK_OWN_COURT, and the whole goes to the court it names. */
class Doors {
  /* `schema` says which root fields are encrypted, `door` is this one, `token(door)` promises its token or null, and
     `lang()` is "zh" or "en". */
  constructor({ program, schema, door, token, lang }) {
    this.schema = schema;
    this.door = door;
    this.token = token;
    this.lang = lang;
    this.encrypted = program === "gateway" ? Doors.encryptedFields(schema) : new Set();
  }

  static encryptedFields(schema) {
    const carried = (field) => (field.astNode ? field.astNode.directives : []).find((one) => one.name.value === "federated");
    const clear = (directive) => directive.arguments.some((one) => one.name.value === "carry" && one.value.value === "CLEAR");
    const fields = Object.values(schema.getQueryType().getFields());
    return new Set(fields.filter((field) => carried(field) && !clear(carried(field))).map((field) => field.name));
  }

  selectsEncrypted(query) {
    const { parse, visit, visitWithTypeInfo, TypeInfo } = GraphiQL.GraphQL;
    const roots = [this.schema.getQueryType(), this.schema.getSubscriptionType()];
    const types = new TypeInfo(this.schema);
    let found = false;
    const look = (node) => { found ||= roots.includes(types.getParentType()) && this.encrypted.has(node.name.value); };
    try { visit(parse(query), visitWithTypeInfo(types, { Field: look })); } catch { /* the door says what is wrong */ }
    return found;
  }

  static subscribes(request, ast) {
    const operations = (ast ? ast.definitions : []).filter((one) => one.kind === "OperationDefinition");
    const wanted = operations.find((one) => one.name && one.name.value === request.operationName) || operations[0];
    return Boolean(wanted && wanted.operation === "subscription");
  }

  /* The code and details of a refusal to answer encrypted fields here, or null. */
  static refusal(result) {
    const errors = (result && result.errors) || [];
    const error = errors.find((one) => one.extensions && ["ASK_OWN_COURT", "NOT_SIGNED_IN"].includes(one.extensions.code));
    return error ? error.extensions : null;
  }

  async post(url, request, token) {
    const headers = {
      "content-type": "application/json", accept: "application/json", // refusals of a document: 200 in this type
      "accept-language": this.lang(),
    };
    if (token) headers.authorization = "Bearer " + token;
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(request) });
    return answer.json();
  }

  socket(url, request, token) {
    return Socket.open(url.replace(/^http/, "ws"), request, token, this.lang());
  }

  /* GraphiQL's fetcher. `tell` shows what happened beside the answer: null, {need}, {sent: url}, {silent: url} or
     {strange: url}, the door for which the provider gave no token without asking. */
  fetcher(tell) {
    return async (request, options) => {
      tell(null);
      const subscribes = Doors.subscribes(request, options && options.documentAST);
      const own = location.origin + "/graphql";
      const token = await this.token(this.door).catch(() => null);
      if (!this.selectsEncrypted(request.query)) {
        return subscribes ? this.socket(own, request, token) : this.post(own, request, token);
      }
      const { query, operationName } = request;
      const first = await this.post(own, { query, operationName }, token);
      const refusal = Doors.refusal(first);
      if (!refusal || !refusal.url) {
        if (refusal) tell({ need: true });
        return first;
      }
      return this.atOwnCourt(refusal.url, request, subscribes, tell, first);
    };
  }

  async atOwnCourt(url, request, subscribes, tell, first) {
    const token = await this.token(url.replace(/\/graphql$/, "")).catch(() => null);
    if (!token) {
      tell({ strange: url });
      return first;
    }
    if (subscribes) {
      tell({ sent: url });
      return this.socket(url, request, token);
    }
    try {
      const second = await this.post(url, request, token);
      tell({ sent: url });
      return second;
    } catch {
      tell({ silent: url });
      return first;
    }
  }
}
