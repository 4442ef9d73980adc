"use strict";
/* A client of the graphql-transport-ws protocol: one socket per subscription, as an async iterator. */
const Socket = {
  open(url, request, token, language) {
    const waiting = [];
    const arrived = [];
    let over = false;
    const settle = (item) => {
      const taker = waiting.shift();
      if (taker) taker(item); else arrived.push(item);
    };
    const end = (error) => {
      if (over) return;
      over = true;
      settle(error ? { error } : { done: true });
    };
    const socket = new WebSocket(url, "graphql-transport-ws");
    socket.onopen = () => socket.send(JSON.stringify({
      type: "connection_init", payload: { language, ...(token ? { authorization: "Bearer " + token } : {}) },
    }));
    socket.onclose = (event) => end(event.code === 1000 || over ? null : new Error(`${event.code} ${event.reason}`));
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.type === "connection_ack") socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: request }));
      else if (message.type === "ping") socket.send(JSON.stringify({ type: "pong" }));
      else if (message.type === "next") settle({ value: message.payload });
      else if (message.type === "error") { settle({ value: { errors: message.payload } }); socket.close(1000); end(); }
      else if (message.type === "complete") { socket.close(1000); end(); }
    };
    return {
      [Symbol.asyncIterator]() { return this; },
      async next() {
        const item = arrived.shift() || (over && !arrived.length ? { done: true } : await new Promise((take) => waiting.push(take)));
        if (item.error) throw item.error;
        return item.done ? { done: true, value: undefined } : { done: false, value: item.value };
      },
      async return() {
        over = true;
        socket.close(1000);
        return { done: true, value: undefined };
      },
    };
  },
};
