import VSCommand

@main
enum Main {
    static func main() { VSDBCommand.run() }
}
