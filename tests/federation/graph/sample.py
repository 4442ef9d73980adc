"""A small schema with one federated field, for tests of the graph engine: it knows nothing of courts' business."""

from federation.graph import contract

SDL = """
directive @federated(carry: Carry! = ENCRYPTED) on FIELD_DEFINITION
directive @merge(by: Merge!) on FIELD_DEFINITION
directive @personal on FIELD_DEFINITION | OBJECT
directive @public(basis: String!) on OBJECT
enum Carry { CLEAR ENCRYPTED }
enum Merge { CONCAT SUM MIN MAX ANY ALL EARLIEST LATEST SAME DERIVED PAGE }
enum Colour { RED GREEN }
scalar BigInt
scalar Money
scalar DateTime
interface Problem { code: String! }
type Refusal implements Problem { code: String! }
interface Thing { name: String! }
type Box implements Thing { name: String! size: Int! colour: Colour }
type Ball implements Thing { name: String! round: Boolean! }
type Cover { asked: Int! notes: [Note!]! }
type Note { text: String! more: Note }
type Stock {
  count: BigInt! @merge(by: SUM)
  worth: Money @merge(by: SUM)
  low: Money @merge(by: MIN)
  high: Money @merge(by: MAX)
  some: Boolean! @merge(by: ANY)
  every: Boolean! @merge(by: ALL)
  first: DateTime @merge(by: EARLIEST)
  last: DateTime @merge(by: LATEST)
  unit: String @merge(by: SAME)
  things: [Thing!] @merge(by: CONCAT)
  boxes: [Box!]! @merge(by: CONCAT)
  cover: Cover! @merge(by: DERIVED)
}
union StockResult = Stock | Refusal
type Query { stock(of: String!): StockResult! @federated  plain: Int }
"""
CONTRACT = contract.read(SDL)
STOCK = CONTRACT.answers["stock"]
