// Prints, a line of JSON each, what scripts do that can't travel as one: which export a function gives another value (`within`: its
// name, or that of the variable which is made with it), and what a script waits for at its top. Arguments: the scripts.
import {parse} from 'acorn';
import {readFileSync} from 'node:fs';

const FUNCTION = /Function|StaticBlock/, BLOCK = /^(BlockStatement|For\w*Statement|SwitchStatement|CatchClause|Class\w+)$/;

/** The children of a node of the tree. */
const children = node => Object.values(node).flat().filter(child => typeof child?.type === 'string');

/** The names that a pattern binds or assigns. */
function* names(pattern) {
  if (pattern?.type === 'Identifier') yield pattern.name;
  else if (pattern?.type === 'Property') yield* names(pattern.value);
  else if (pattern?.type === 'AssignmentPattern') yield* names(pattern.left);
  else if (/Pattern|RestElement/.test(pattern?.type)) for (const child of children(pattern)) yield* names(child);
}

/** Declares what a node declares: `scope` is the nearest block's, `outer` the nearest function's. */
function declare(node, scope, outer) {
  const into = node.type === 'VariableDeclaration' && node.kind === 'var' ? outer : scope;
  if (node.type === 'VariableDeclaration') for (const {id} of node.declarations) for (const name of names(id)) into.add(name);
  if (/^(Function|Class)Declaration$/.test(node.type) && node.id) scope.add(node.id.name);
  if (node.type === 'ImportDeclaration') for (const {local} of node.specifiers) scope.add(local.name);
}

/** Fills a scope with all that is declared in a node, those of its blocks included that belong to the function. */
function fill(node, scope, outer) {
  for (const child of children(node)) {
    declare(child, scope, outer);
    if (FUNCTION.test(child.type)) continue;
    fill(child, BLOCK.test(child.type) ? new Set() : scope, outer);
  }
}

function visit(node, scopes, found) {
  if (node.type === 'AwaitExpression' && scopes.every(({inside}) => !inside)) found.awaits.push(node.start);
  const target = {AssignmentExpression: node.left, UpdateExpression: node.argument}[node.type]
    ?? (/^For(In|Of)Statement$/.test(node.type) && node.left.type !== 'VariableDeclaration' ? node.left : undefined);
  for (const name of target ? names(target) : []) {
    const around = scopes.find(({inside}) => inside);
    if (around && scopes.findLast(({known}) => known.has(name))?.top) found.assigned.push([name, around.within]);
  }
  let inner = scopes;
  if (FUNCTION.test(node.type) || BLOCK.test(node.type)) {
    const known = new Set(), inside = FUNCTION.test(node.type);
    for (const name of [...(node.params ?? []), node.param].flatMap(pattern => [...names(pattern)])) known.add(name);
    if (inside && node.type === 'FunctionExpression' && node.id) known.add(node.id.name);
    if (node.type === 'ClassExpression' && node.id) known.add(node.id.name);
    fill(node, known, inside ? known : new Set());
    inner = [...scopes, {known, inside, within: node.id?.name ?? found.declared}];
  }
  const before = found.declared;
  if (node.type === 'VariableDeclarator' && inner.length === 1) found.declared = node.id.name;
  for (const child of children(node)) visit(child, inner, found);
  found.declared = before;
}

for (const path of process.argv.slice(2)) {
  const tree = parse(readFileSync(path, 'utf8'), {ecmaVersion: 'latest', sourceType: 'module'}), known = new Set();
  fill(tree, known, known);
  const found = {assigned: [], awaits: []};
  for (const child of tree.body) visit(child, [{known, top: true}], found);
  const exported = tree.body.flatMap(each => each.type === 'ExportNamedDeclaration' ? each.specifiers.map(({local}) => local.name) : []);
  const script = path.split('/').at(-1), other = tree.body.some(each => /^Export(Default|All)Declaration$/.test(each.type));
  for (const [name, within] of found.assigned) {
    if (exported.includes(name) && within !== name) console.log(JSON.stringify({script, name, within: within ?? null}));
  }
  if (found.awaits.length || other) console.log(JSON.stringify({script, name: found.awaits.length ? 'await' : 'export', within: null}));
}
