import HTTPTypes
import Hummingbird
import NIOCore
import NearEarth
import Warehouse

/// An answer before it is sent.
struct Answer: Sendable {
    /// HTTP status.
    var status = HTTPResponse.Status.ok
    /// Its headers.
    var headers = HTTPFields()
    /// What it carries.
    var body: Body
    /// The publication that it is of; nil where it is of something else.
    var publication: Int64?
    /// Whether the tag is to be that of the compressed answer, which is not sent again.
    var isOfCompressed = false
    /// Its entity tag, where that is not the publication's.
    var tag: String?
    /// Who it is for.
    var audience = Route.Audience.programs
    /// The body once it is compressed, where it is sent again and again.
    var compressed: ByteBuffer?

    /// What an answer carries.
    enum Body: Sendable {
        /// Bytes, which may be compressed.
        case whole(ByteBuffer)
        /// Pieces that are made while they are sent; nil is the end.
        case pieces(@Sendable () -> any PieceSource)
    }

    /// A line of JSON.
    init(_ json: String) {
        self.init(ByteBuffer(string: json + "\n"), "application/json")
    }

    /// The same as bytes.
    init(_ json: [UInt8]) {
        self.init(ByteBuffer(bytes: json + [0x0A]), "application/json")
    }

    /// A value as JSON.
    static func encoding(_ value: some Encodable) -> Answer { Answer(JSONText.line(value)) }

    /// Leads to another page, by GET.
    static func redirect(_ path: String) -> Answer {
        var answer = Answer(ByteBuffer(), "text/plain")
        answer.status = .seeOther
        answer.headers[.location] = path
        return answer
    }

    /// Bytes of a type.
    init(_ bytes: ByteBuffer, _ contentType: String) {
        body = .whole(bytes)
        headers[.contentType] = contentType
    }

    /// Pieces of a type.
    init(_ contentType: String, _ pieces: @escaping @Sendable () -> any PieceSource) {
        body = .pieces(pieces)
        headers[.contentType] = contentType
    }
}

/// What makes an answer piece by piece.
protocol PieceSource {
    /// The next piece; nil at the end.
    mutating func next() async throws -> ByteBuffer?
}
