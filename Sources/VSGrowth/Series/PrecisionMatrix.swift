/// The inverse of a covariance matrix.
package struct PrecisionMatrix: Sendable {
    /// Rows and columns.
    package let count: Int
    /// The elements, row by row.
    package private(set) var values: [Double]

    /// Inverts by Cholesky's factors; nil where the matrix is not positive definite.
    package init?(covariance: [Double], count n: Int) {
        guard n > 0, covariance.count == n * n else { return nil }
        // The lower factor, then its inverse in place, then the product of that with itself.
        var lower = covariance
        for column in 0..<n {
            for row in column..<n {
                var sum = lower[row * n + column]
                for k in 0..<column { sum -= lower[row * n + k] * lower[column * n + k] }
                if row == column {
                    guard sum > 0, sum.isFinite else { return nil }
                    lower[row * n + row] = sum.squareRoot()
                } else {
                    lower[row * n + column] = sum / lower[column * n + column]
                }
            }
        }
        for column in 0..<n {
            lower[column * n + column] = 1 / lower[column * n + column]
            for row in (column + 1)..<n {
                var sum = 0.0
                for k in column..<row { sum -= lower[row * n + k] * lower[k * n + column] }
                lower[row * n + column] = sum / lower[row * n + row]
            }
        }
        values = [Double](repeating: 0, count: n * n)
        for row in 0..<n {
            for column in 0...row {
                var sum = 0.0
                for k in row..<n { sum += lower[k * n + row] * lower[k * n + column] }
                values[row * n + column] = sum
                values[column * n + row] = sum
            }
        }
        count = n
    }

    /// W x.
    func product(_ x: [Double]) -> [Double] {
        (0..<count).map { row in
            var sum = 0.0
            for column in 0..<count { sum += values[row * count + column] * x[column] }
            return sum
        }
    }

    /// x' W y.
    func product(_ x: [Double], _ y: [Double]) -> Double {
        var sum = 0.0
        for row in 0..<count where x[row] != 0 {
            var inner = 0.0
            for column in 0..<count { inner += values[row * count + column] * y[column] }
            sum += x[row] * inner
        }
        return sum
    }

    /// The inverse after a variance is added to one element of the diagonal (Sherman and Morrison).
    ///
    /// - Returns: that inverse, and the factor by which the determinant of the covariance grew.
    func adding(variance: Double, at place: Int) -> (PrecisionMatrix, determinant: Double) {
        let n = count
        let factor = 1 + variance * values[place * n + place]
        var result = self
        for row in 0..<n {
            let left = values[row * n + place] * variance / factor
            for column in 0..<n {
                result.values[row * n + column] -= left * values[place * n + column]
            }
        }
        return (result, factor)
    }
}

/// Generalised least squares: the coefficients of columns that explain values best.
package struct LeastSquares: Sendable {
    /// One per column.
    package let coefficients: [Double]
    /// The covariance of the coefficients, row by row, from the errors given.
    package let covariance: [Double]
    /// The weighted sum of squared residuals.
    package let chiSquare: Double

    /// Solves the normal equations; nil where the columns do not determine the coefficients.
    package init?(_ values: [Double], columns: [[Double]], precision: PrecisionMatrix) {
        let p = columns.count
        var normal = [Double](repeating: 0, count: p * p)
        for row in 0..<p {
            for column in 0...row {
                let element = precision.product(columns[row], columns[column])
                normal[row * p + column] = element
                normal[column * p + row] = element
            }
        }
        let right = columns.map { precision.product($0, values) }
        guard let inverse = PrecisionMatrix(covariance: normal, count: p) else { return nil }
        let solution = (0..<p).map { row in
            (0..<p).reduce(0) { $0 + inverse.values[row * p + $1] * right[$1] }
        }
        var residuals = values
        for (column, coefficient) in zip(columns, solution) {
            for place in residuals.indices { residuals[place] -= coefficient * column[place] }
        }
        coefficients = solution
        covariance = inverse.values
        chiSquare = precision.product(residuals, residuals)
    }
}
