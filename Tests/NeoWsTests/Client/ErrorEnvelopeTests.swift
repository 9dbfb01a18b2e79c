import NeoWs
import Testing

@Suite("ErrorEnvelope")
struct ErrorEnvelopeTests {
    private func envelope(_ status: Int, _ body: String) -> ErrorEnvelope {
        ErrorEnvelope(status: status, body: Array(body.utf8))
    }

    @Test func theGatewaysIsReadByItsCode() {
        let found = envelope(
            403,
            #"{"error":{"message":"An invalid api_key was supplied. Get one at https://api.nasa.gov:443","code":"API_KEY_INVALID"}}"#
        )
        #expect(found.origin == .gateway && found.code == "API_KEY_INVALID")
        #expect(found.message == "An invalid api_key was supplied. Get one at https://api.nasa.gov:443")
    }

    @Test func theApplicationsIsReadByItsError() {
        let found = envelope(
            400,
            #"{"code":400,"http_error":"BAD_REQUEST","error_message":"Unparseable date: \"x\"","request":"http://x"}"#)
        #expect(
            found.origin == .application && found.code == "BAD_REQUEST" && found.message == #"Unparseable date: "x""#)
    }

    @Test func aRoutersPageIsReadWithoutItsTags() {
        let found = envelope(
            503,
            "<!DOCTYPE html>\n<html><head><title>Application  error</title></head><body><h1>Down</h1></body></html>")
        #expect(found.origin == .router && found.code == "503" && found.message == "Application error Down")
    }

    @Test(arguments: ["", " \n", "<html></html>"])
    func nothingIsCalledAnEmptyBody(_ body: String) {
        let found = envelope(503, body)
        #expect(found.origin == .router && found.message == "empty body")
    }

    @Test(arguments: [
        "null", "[]", "{", #"{"error":"text"}"#, #"{"error":{"message":"no code"}}"#, "\u{0}\u{1}", #"{"a":1}"#,
        #"{"error":{"code":"X""#,
    ])
    func anythingElseIsTheRouters(_ body: String) {
        let found = envelope(500, body)
        #expect(found.origin == .router && found.code == "500")
    }

    @Test func bytesThatAreNotTextDoNoHarm() {
        let found = ErrorEnvelope(status: 502, body: [0xFF, 0xFE, 0x00, 0x7B])
        #expect(found.origin == .router && found.code == "502")
    }

    @Test func aLongMessageIsCutAndOneLine() {
        let long = envelope(400, #"{"error_message":"\#(String(repeating: #"word\n"#, count: 500))"}"#)
        #expect(long.message.count == 300 && !long.message.contains("\n") && long.code == "400")
    }
}
