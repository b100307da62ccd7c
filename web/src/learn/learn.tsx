export function Learn(_: Record<string, unknown>) { return <h1>Learn</h1>; }
