extension Answer {
    /// What `/feed` answers when a fault is due, `whole` being what it would have answered.
    ///
    /// `badRecord` is made where the body is written and leaves `whole` as it is.
    static func fault(_ kind: Fault.Kind, insteadOf whole: @autoclosure () -> Answer) -> Answer {
        switch kind {
        case .htmlError:
            return Answer(
                500, body: Array("<!DOCTYPE html><html><body><h1>Application error</h1></body></html>".utf8),
                contentType: "text/html")
        case .emptyUnavailable: return Answer(503, body: [], contentType: "text/html")
        case .overRateLimit: return overRateLimit(retryAfter: 1)
        case .garbage: return Answer(200, body: [0x00, 0xFF] + Array("{{{ not json".utf8))
        case .wrongType: return Answer(200, body: Array(#"{"element_count":"many","near_earth_objects":[1,2,3]}"#.utf8))
        case .stall: return Answer(200, body: [], delivery: .silence)
        case .reset: return Answer(200, body: [], delivery: .reset)
        case .badRecord: return whole()
        case .truncate:
            var answer = whole()
            if answer.status == 200 { answer.delivery = .firstHalf }
            return answer
        }
    }
}
