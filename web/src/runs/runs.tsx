export function Runs(_: Record<string, unknown>) { return <h1>Runs</h1>; }
