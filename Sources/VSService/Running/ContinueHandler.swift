import HTTPTypes
package import NIOCore
package import NIOHTTPTypes

/// Tells a client that waits for leave to send a body that it may (RFC 9110, 10.1.1): curl waits a
/// second for it before every large upload.
package final class ContinueHandler: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart
    package typealias OutboundOut = HTTPResponsePart

    private let limitBytes: Int

    /// Makes a handler.
    ///
    /// - Parameter limitBytes: a body that is announced as longer gets no leave; its refusal comes at
    ///   once.
    package init(limitBytes: Int) { self.limitBytes = limitBytes }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let request) = unwrapInboundIn(data),
            request.headerFields[.expect]?.lowercased() == "100-continue",
            (request.headerFields[.contentLength].flatMap { Int($0) } ?? 0) <= limitBytes
        {
            let leave = HTTPResponsePart.head(HTTPResponse(status: .continue))
            context.writeAndFlush(wrapOutboundOut(leave), promise: nil)
        }
        context.fireChannelRead(data)
    }
}
