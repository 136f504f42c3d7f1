/// The gradients of one step in the order of a ``ParameterLayout``, with places to write them to.
final class GradientStore {
    let layout: ParameterLayout
    private let memory: UnsafeMutableBufferPointer<Float>

    init(layout: ParameterLayout) {
        self.layout = layout
        memory = .allocate(capacity: max(layout.parameterCount, 1))
        memory.initialize(repeating: 0)
    }

    deinit { memory.deallocate() }

    /// The place of one parameter's gradient; valid as long as the store.
    func place(_ name: String) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(rebasing: memory[layout.entry(name).range])
    }

    /// All gradients, in the layout's order.
    var values: UnsafeBufferPointer<Float> { UnsafeBufferPointer(memory) }
}
