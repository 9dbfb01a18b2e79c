import HTTPTypes
import Hummingbird
import NearEarth

/// Why a request gets no answer of its kind: RFC 9457, `application/problem+json`.
struct Problem: Error {
    /// HTTP status.
    var status: HTTPResponse.Status
    /// What is wrong with this request, and what to do.
    var detail: String
    /// The parameter that it is about.
    var parameter: String?
    /// Further headers.
    var headers = HTTPFields()

    init(_ status: HTTPResponse.Status, _ detail: String, parameter: String? = nil) {
        (self.status, self.detail, self.parameter) = (status, detail, parameter)
    }

    /// A value that a parameter can't have.
    static func value(_ parameter: String, _ wanted: String) -> Problem {
        Problem(.badRequest, "\(parameter) has to be \(wanted)", parameter: parameter)
    }

    /// Parameters that are right by themselves and do not go together.
    static func conflict(_ parameter: String, _ detail: String) -> Problem {
        Problem(.conflict, detail, parameter: parameter)
    }

    /// Nothing is wrong with the request: try again in so many seconds.
    static func busy(_ status: HTTPResponse.Status, _ detail: String, retryAfter seconds: Int) -> Problem {
        var problem = Problem(status, detail)
        problem.headers[.retryAfter] = String(seconds)
        return problem
    }

    /// The answer.
    var answer: Answer {
        var answer = Answer(
            JSONText.line(
                ProblemBody(title: status.reasonPhrase, status: status.code, detail: detail, parameter: parameter)))
        answer.status = status
        answer.headers.append(contentsOf: headers)
        answer.headers[.contentType] = "application/problem+json"
        answer.headers[.cacheControl] = "no-store"
        return answer
    }
}

/// The members of RFC 9457, `type` being `about:blank`; and the parameter.
private struct ProblemBody: Encodable {
    var type = "about:blank"
    var title: String
    var status: Int
    var detail: String
    var parameter: String?
}
