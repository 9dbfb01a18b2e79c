import Foundation

/// The profile that `AWS_PROFILE` names, or `default`, from the shared config and credentials files.
struct AWSProfile {
    let name: String
    let credentialsFile: String
    private let values: [String: String]
    private let service: [String: String]

    /// The profile of an environment that has no empty variables.
    init(environment: [String: String]) throws(S3Error) {
        let home = environment["HOME"] ?? NSHomeDirectory()
        let asked = environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"]
        name = asked ?? "default"
        credentialsFile = environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "\(home)/.aws/credentials"
        let configFile = environment["AWS_CONFIG_FILE"] ?? "\(home)/.aws/config"
        let config = try AWSFile(path: configFile).sections
        let credentials = try AWSFile(path: credentialsFile).sections
        let sections = [config["profile \(name)"] ?? (name == "default" ? config["default"] : nil), credentials[name]]
            .compactMap { $0 }
        if sections.isEmpty, asked != nil {
            throw S3Error(
                .configuration, "there is no profile \(name), neither in \(configFile) nor in \(credentialsFile)")
        }
        // Where both files have a key, the credentials file's counts.
        values = sections.reduce(into: [:]) { $0.merge($1) { $1 } }
        service = values["services"].flatMap { config["services \($0)"] } ?? [:]
    }

    /// A key's value; one inside `s3 =` by `s3.addressing_style`.
    subscript(key: String) -> String? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

    /// The endpoint for S3: of the profile's `services` section, else the profile's own.
    var endpoint: String? { service["s3.endpoint_url"] ?? self["endpoint_url"] }

    /// The credentials that stand in the profile, or nil where it has none.
    func credentials() throws(S3Error) -> S3Credentials? {
        if let identifier = self["aws_access_key_id"], let secret = self["aws_secret_access_key"] {
            return S3Credentials(
                accessKeyID: identifier, secretAccessKey: secret, sessionToken: self["aws_session_token"])
        }
        for way in [
            "role_arn", "sso_session", "sso_start_url", "credential_process", "web_identity_token_file",
            "login_session",
        ] where self[way] != nil {
            throw S3Error(
                .noCredentials,
                "the profile \(name) gets its credentials by \(way), which is not done here; run: eval \"$(aws configure export-credentials --format env)\""
            )
        }
        return nil
    }
}
