import NeoWs
import Testing

@Suite("APIKey")
struct APIKeyTests {
    @Test func neverPrints() throws {
        let key = try #require(APIKey("SECRETKEY123"))
        struct Holder { let key: APIKey }
        var configuration = NeoWsClient.Configuration()
        configuration.key = key
        var dumped = ""
        dump(key, to: &dumped)
        dump(Holder(key: key), to: &dumped)
        dump(configuration, to: &dumped)
        let texts = [
            "\(key)", String(describing: key), String(reflecting: key), key.debugDescription, dumped,
            "\(Holder(key: key))",
            String(reflecting: Holder(key: key)),
            "\([key])", String(reflecting: Optional(key) as Any), "\(configuration)", "\(["k": key])",
            String(reflecting: Mirror(reflecting: key).children.map(\.value)),
        ]
        for text in texts { #expect(!text.contains("SECRETKEY123"), "\(text)") }
        #expect("\(key)" == "***")
    }

    @Test(arguments: ["", " ", "\n", "two words", "tab\tinside", "line\nbreak", "é", "\u{7f}"])
    func refusesWhatAHeaderCannotCarry(_ text: String) {
        #expect(APIKey(text) == nil)
    }

    @Test(arguments: ["DEMO_KEY", " DEMO_KEY\n"])
    func knowsTheDemoKeyAndDropsSpaceAround(_ text: String) {
        #expect(APIKey(text)?.isDemo == true)
        #expect(APIKey("SECRETKEY123")?.isDemo == false)
        #expect(APIKey.demo.isDemo)
    }
}
