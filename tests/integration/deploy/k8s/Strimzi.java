import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** Reads manifests by Strimzi's own classes (pairs of class and file) and prints each field that they do not know. */
public class Strimzi {
    private static final Set<Object> SEEN = Collections.newSetFromMap(new IdentityHashMap<>());

    public static void main(String[] arguments) throws Exception {
        for (int index = 0; index < arguments.length; index += 2) {
            Class<?> kind = Class.forName(arguments[index]);
            walk(kind.getSimpleName(), Serialization.unmarshal(Files.readString(Path.of(arguments[index + 1])), kind));
        }
    }

    private static void walk(String path, Object value) throws IllegalAccessException {
        if (value == null || !SEEN.add(value)) {
            return;
        }
        if (value instanceof Collection<?> entries) {
            for (Object entry : entries) {
                walk(path + "[]", entry);
            }
        } else if (value.getClass().getName().startsWith("io.strimzi")) {
            for (Method method : value.getClass().getMethods()) {
                if (method.getParameterCount() == 0 && method.getName().startsWith("get")) {
                    read(path, value, method);
                }
            }
        }
    }

    private static void read(String path, Object value, Method method) throws IllegalAccessException {
        Object found;
        try {
            found = method.invoke(value);
        } catch (InvocationTargetException unset) {
            return;
        }
        if (!method.getName().equals("getAdditionalProperties")) {
            walk(path + "." + method.getName().substring(3), found);
        } else if (found instanceof Map<?, ?> unknown && !unknown.isEmpty()) {
            System.out.println(path + " has no field " + unknown.keySet());
        }
    }
}
