import SparkConnect
import Testing

@Suite("Spark Connect: connection strings")
struct AddressTests {
    @Test func hostAndPort() throws {
        let address = try SparkAddress("sc://spark.example.org")
        #expect(
            address.host == "spark.example.org" && address.port == 15002 && !address.usesTLS && address.token == nil)
        #expect(try SparkAddress("sc://[::1]:7/").host == "::1")
        #expect(try SparkAddress("sc://10.0.0.1:99").description == "sc://10.0.0.1:99")
    }

    @Test func parameters() throws {
        let address = try SparkAddress(
            "sc://h:1/;user_id=ada;user_agent=perigee;token=a%3Bb;session_id=7a1bd3a4-5b4e-4a04-9c5a-2c6d5f1b8a01;X-Trace=on;use_ssl=true"
        )
        #expect(address.userID == "ada" && address.userAgent == "perigee" && address.token == "a;b" && address.usesTLS)
        #expect(address.sessionID == "7a1bd3a4-5b4e-4a04-9c5a-2c6d5f1b8a01" && address.headers == ["x-trace": "on"])
    }

    @Test func aTokenTravelsEncryptedUnlessToldOtherwise() throws {
        #expect(try SparkAddress("sc://h/;token=t").usesTLS)
        #expect(try !SparkAddress("sc://h/;token=t;use_ssl=false").usesTLS)
        #expect(try !SparkAddress("sc://127.0.0.1/;token=t").usesTLS)
    }

    @Test(arguments: [
        "http://h", "sc://", "h:15002", "sc://u:secretword@h", "sc://h/path", "sc://h/;use_ssl=maybe",
        "sc://h/;session_id=1", "sc://h/;token",
        "sc://h?token=secretword", "sc://h:70000",
    ])
    func whatIsRefused(_ text: String) {
        let error = #expect(throws: SparkError.self) { try SparkAddress(text) }
        guard case .badAddress(let problem) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!problem.contains("secretword"))
    }

    @Test func nobodySeesTheToken() throws {
        let address = try SparkAddress("sc://h:1/;token=secretword;password=secretword")
        #expect(!"\(address)".contains("secretword"))
    }
}
