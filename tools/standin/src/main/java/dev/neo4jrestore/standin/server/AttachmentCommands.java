package dev.neo4jrestore.standin.server;

import static org.neo4j.values.storable.Values.stringValue;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.neo4j.bolt.dbapi.BoltQueryExecution;
import org.neo4j.cypher.internal.ast.CreateLocalDatabaseAlias;
import org.neo4j.cypher.internal.ast.CreateRole;
import org.neo4j.cypher.internal.ast.DropDatabaseAlias;
import org.neo4j.cypher.internal.ast.DropRole;
import org.neo4j.cypher.internal.ast.IfExistsDoNothing$;
import org.neo4j.cypher.internal.ast.PrivilegeCommand;
import org.neo4j.cypher.internal.ast.ReadAdministrationCommand;
import org.neo4j.cypher.internal.ast.RevokePrivilege;
import org.neo4j.cypher.internal.ast.ShowAliases;
import org.neo4j.cypher.internal.ast.ShowPrivilegeCommands;
import org.neo4j.cypher.internal.ast.ShowRoles;
import org.neo4j.cypher.internal.ast.Statement;
import org.neo4j.cypher.internal.expressions.StringLiteral;
import org.neo4j.dbms.api.DatabaseExistsException;
import org.neo4j.dbms.api.DatabaseNotFoundException;
import org.neo4j.exceptions.InvalidArgumentException;
import org.neo4j.kernel.impl.query.QuerySubscriber;
import org.neo4j.values.storable.Values;
import org.neo4j.values.virtual.MapValue;
import org.neo4j.values.virtual.VirtualValues;

/** Aliases, roles and privileges: CREATE, DROP, GRANT, DENY, REVOKE and their SHOW commands. */
record AttachmentCommands(SystemGraph graph, Attachments attachments) {
    private static final Pattern GRANTEE = Pattern.compile("(.*) (?:TO|FROM) `?([^`,]+)`?");

    static boolean reads(Statement statement) {
        return statement instanceof ShowAliases
                || statement instanceof ShowRoles
                || statement instanceof ShowPrivilegeCommands;
    }

    static boolean writes(Statement statement) {
        return statement instanceof CreateLocalDatabaseAlias
                || statement instanceof DropDatabaseAlias
                || statement instanceof CreateRole
                || statement instanceof DropRole
                || statement instanceof PrivilegeCommand;
    }

    BoltQueryExecution show(ReadAdministrationCommand command, MapValue parameters, QuerySubscriber subscriber) {
        if (command instanceof ShowAliases) {
            var rows = attachments.aliases().entrySet().stream()
                    .map(alias -> Map.of(
                            "name", stringValue(alias.getKey()),
                            "composite", Values.NO_VALUE,
                            "database", stringValue(alias.getValue()),
                            "location", stringValue("local"),
                            "url", Values.NO_VALUE,
                            "user", Values.NO_VALUE,
                            "driver", Values.NO_VALUE,
                            "properties", VirtualValues.EMPTY_MAP))
                    .toList();
            var columns = List.of("name", "composite", "database", "location", "url", "user", "driver", "properties");
            return new Shown(columns, List.copyOf(rows)).answer(command, parameters, subscriber);
        }
        var column = command instanceof ShowRoles ? "role" : "command";
        var texts = command instanceof ShowRoles ? attachments.roles() : attachments.privileges();
        var rows = texts.stream()
                .map(text -> Map.<String, org.neo4j.values.AnyValue>of(
                        column, stringValue(text), "immutable", Values.FALSE))
                .toList();
        return new Shown(List.of(column, "immutable"), rows).answer(command, parameters, subscriber);
    }

    void execute(Statement statement, String text, MapValue parameters) {
        if (statement instanceof CreateLocalDatabaseAlias create) {
            createAlias(create, parameters);
        } else if (statement instanceof DropDatabaseAlias drop) {
            var alias = CommandArguments.name(drop.aliasName(), parameters);
            if (attachments.aliases().containsKey(alias)) {
                attachments.removeAlias(alias);
            } else if (!drop.ifExists()) {
                throw new DatabaseNotFoundException("Failed to delete the specified database alias '" + alias
                        + "': Database alias does not exist.");
            }
        } else if (statement instanceof CreateRole create) {
            var role = ((StringLiteral) create.roleName()).value();
            if (!attachments.roles().contains(role)) {
                attachments.addRole(role);
            } else if (create.ifExistsDo() != IfExistsDoNothing$.MODULE$) {
                throw new InvalidArgumentException(
                        "Failed to create the specified role '" + role + "': Role already exists.");
            }
        } else if (statement instanceof DropRole drop) {
            attachments.removeRole(((StringLiteral) drop.roleName()).value());
        } else {
            changePrivilege(statement, text.strip());
        }
    }

    private void createAlias(CreateLocalDatabaseAlias create, MapValue parameters) {
        var alias = CommandArguments.name(create.aliasName(), parameters);
        var target = CommandArguments.name(create.targetName(), parameters);
        if (attachments.aliases().containsKey(alias) || graph.find(alias).isPresent()) {
            if (create.ifExistsDo() == IfExistsDoNothing$.MODULE$) {
                return;
            }
            throw new DatabaseExistsException("Failed to create the specified database alias '" + alias
                    + "': Database or alias exists with that name.");
        }
        if (graph.find(target).isEmpty()) {
            throw new DatabaseNotFoundException("Failed to create the specified database alias '" + alias
                    + "': Database '" + target + "' does not exist.");
        }
        attachments.addAlias(alias, target);
    }

    /** One role for each command, which is how Neo4j tells them. */
    private void changePrivilege(Statement statement, String text) {
        var parts = GRANTEE.matcher(text.replaceAll(";$", ""));
        if (!parts.matches()) {
            throw new InvalidArgumentException("The stand-in takes privileges for one role at a time: " + text);
        }
        var role = parts.group(2).strip();
        if (!attachments.roles().contains(role)) {
            throw new InvalidArgumentException(
                    "Failed to change a privilege of role '" + role + "': Role does not exist.");
        }
        if (!(statement instanceof RevokePrivilege)) {
            attachments.give(parts.group(1) + " TO `" + role + "`");
            return;
        }
        var given = parts.group(1).replaceFirst("^REVOKE ", "") + " TO `" + role + "`";
        var commands = given.matches("^(GRANT|DENY) .*") ? List.of(given) : List.of("GRANT " + given, "DENY " + given);
        commands.forEach(attachments::revoke);
    }
}
