import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing
import VSService

struct ContinueTests {
    @Test(
        "a client that waits for leave to send its body gets it, unless the body is too long",
        arguments: [("100-continue", 5, true), ("100-Continue", 6, false), (nil, 5, false)])
    func leave(expectation: String?, length: Int, isGiven: Bool) throws {
        let channel = EmbeddedChannel(handler: ContinueHandler(limitBytes: 5))
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/")
        head.headerFields[.expect] = expectation
        head.headerFields[.contentLength] = "\(length)"
        try channel.writeInbound(HTTPRequestPart.head(head))
        let answer = try channel.readOutbound(as: HTTPResponsePart.self)
        #expect(answer == (isGiven ? .head(HTTPResponse(status: .continue)) : nil))
        // The request goes on to the service all the same.
        #expect(try channel.readInbound(as: HTTPRequestPart.self) == .head(head))
        _ = try channel.finish()
    }
}
