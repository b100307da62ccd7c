export function Code(_: Record<string, unknown>) { return <h1>Code</h1>; }
