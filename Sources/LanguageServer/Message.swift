import CanonicalJSON
import Diagnostics

/// A message of JSON-RPC 2.0 as a client sends it.
enum Message {
  case request(id: JSON, method: String, parameters: JSON)
  case notification(method: String, parameters: JSON)
  /// An answer to a request of ours; we make none.
  case response
  /// What is none of these, with what to answer.
  case invalid(id: JSON, ResponseError)

  init(reading bytes: [UInt8]) {
    let json: JSON
    do throws(InvalidInput) {
      json = try JSONNode(reading: SourceText(name: "<message>", bytes: bytes)).json
    } catch {
      self = .invalid(id: .null, ResponseError(.parseError, error.diagnostics.first?.message ?? "no JSON"))
      return
    }
    let id = json["id"].flatMap { $0.string != nil || $0.integer != nil ? $0 : nil }
    if json["method"] == nil, id != nil, json["result"] != nil || json["error"] != nil {
      self = .response
      return
    }
    guard json["jsonrpc"]?.string == "2.0", let method = json["method"]?.string else {
      self = .invalid(id: id ?? .null, ResponseError(.invalidRequest, "a message needs jsonrpc 2.0 and a method"))
      return
    }
    let parameters = json["params"] ?? .null
    if let id {
      self = .request(id: id, method: method, parameters: parameters)
    } else if json["id"] != nil {
      self = .invalid(id: .null, ResponseError(.invalidRequest, "an id is a string or a whole number"))
    } else {
      self = .notification(method: method, parameters: parameters)
    }
  }
}

/// Why a request has no result.
struct ResponseError: Error {
  enum Code: Int {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParams = -32602
    case serverNotInitialized = -32002
  }

  let code: Code
  let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  var json: JSON { ["code": .integer(code.rawValue), "message": .string(message)] }
}
